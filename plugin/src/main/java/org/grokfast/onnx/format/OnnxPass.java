package org.grokfast.onnx.format;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.util.List;
import org.grokfast.filter.FilterDescription;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.ModelFile;
import org.grokfast.onnx.graph.OnnxProvenance;
import org.grokfast.rewrite.GraphRewriteException;

/** What models and artifacts have in common. */
final class OnnxPass {
  static final String KIND = "ONNX";

  private OnnxPass() {}

  static ModelFile.Size size(ModelProto model) {
    return new ModelFile.Size(model.getGraph().getNodeCount(), model.getFunctionsCount());
  }

  private static List<String> filters(ModelProto model) {
    return OnnxProvenance.text(model.getMetadataPropsList(), OnnxProvenance.FILTER).stream()
        .toList();
  }

  /** Notes on the filters that a model held. */
  static List<String> takenOut(ModelProto model) {
    return filters(model).stream().map(filter -> "took out " + filter).toList();
  }

  /** Refuses settings that ONNX has no use for, and a second filter. */
  static void check(ModelFile file, ModelProto model, ModelFile.RewriteSettings settings) {
    if (settings.fixAdamOrder()) {
      throw new GraphRewriteException(
          file.source()
              + ": --fix-adam-order is about the order of TensorFlow's updates; in ONNX data alone"
              + " orders the nodes. Leave it out.");
    }
    if (file.isRewritten() && !settings.replace()) {
      throw new GraphRewriteException(
          file.source()
              + ": the model already holds "
              + String.join(", ", filters(model).stream().map(FilterDescription::brief).toList())
              + ". Take it out with 'grokfast strip', or give --replace.");
    }
  }

  static GraphFileException noInference(ModelFile file) {
    return new GraphFileException(
        file.source()
            + ": --inference is for TensorFlow graphs; export the eval model as ONNX instead.");
  }
}
