package org.grokfast.onnx.rules;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.filter.GradientFilter;
import org.grokfast.onnx.ArtifactsRewriter;
import org.grokfast.onnx.file.CheckpointOf;
import org.grokfast.onnx.file.OnnxFile;
import org.grokfast.onnx.file.OrtArtifacts;
import org.grokfast.onnx.graph.OnnxProvenance;
import org.grokfast.onnx.graph.RuntimeOps;
import org.grokfast.onnx.graph.TensorType;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.coverage.UnfilteredVariables;
import org.grokfast.rules.NodeLine;

/** The training model of artifacts, beside an eval model and a checkpoint made for it. */
public final class ArtifactsForm extends OnnxForm {

  private static OrtArtifacts artifacts(ModelProto training) {
    Map<String, List<Long>> trained = new HashMap<>();
    for (ValueInfoProto input : training.getGraph().getInputList()) {
      if (input.getName().endsWith(RuntimeOps.BUFFER)) {
        String parameter =
            input.getName().substring(0, input.getName().length() - RuntimeOps.BUFFER.length());
        trained.put(parameter, TensorType.of(input.getType()).fixedShape().orElse(List.of()));
      }
    }
    ModelProto eval = training.toBuilder().clearGraph().clearMetadataProps().build();
    return new OrtArtifacts(
        Path.of("case"),
        new OnnxFile("training", training, Optional.empty()),
        Optional.of(new OnnxFile("eval", eval, Optional.empty())),
        CheckpointOf.trained(trained));
  }

  @Override
  public List<Finding> find(ModelProto model) {
    return ArtifactsRewriter.find(artifacts(model));
  }

  @Override
  public Rewritten<ModelProto> rewrite(
      ModelProto model, GradientFilter filter, Map<String, String> gradients) {
    ArtifactsRewriter.Result result =
        new ArtifactsRewriter(filter)
            .withUnfiltered(UnfilteredVariables.ALLOW)
            .apply(artifacts(model));
    return new Rewritten<>(result.artifacts().training().model(), result.report());
  }

  /** The reset that is on in every step is shown as the one that it replaces. */
  @Override
  public List<NodeLine> nodes(ModelProto model) {
    List<NodeLine> all = super.nodes(model);
    Map<String, String> resets = new HashMap<>();
    for (NodeLine node : all) {
      if (isInserted(model, node) && !node.attributes().containsKey(OnnxProvenance.FILTER)) {
        replaces(model, node).ifPresent(reset -> resets.put(node.name(), reset));
      }
    }
    List<NodeLine> shown = new ArrayList<>();
    for (NodeLine node : all) {
      shown.add(
          isInserted(model, node)
              ? node
              : node.withInputs(
                  node.inputs().stream().map(input -> resets.getOrDefault(input, input)).toList()));
    }
    return shown;
  }
}
