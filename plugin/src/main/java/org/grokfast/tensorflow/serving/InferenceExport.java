package org.grokfast.tensorflow.serving;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.grokfast.io.DurableFiles;
import org.grokfast.io.FileTrees;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.graph.Attrs;
import org.grokfast.tensorflow.graph.Provenance;
import org.grokfast.tensorflow.graph.VariableNode;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.Signature.TensorDescription;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Exports a SavedModel for serving from a session that trains: no optimizer, no gradient and no
 * node of a filter, the variables' present values, and no devices, so that it loads on any machine.
 * The session keeps its state; its graph may gain nodes that read resource variables.
 */
public final class InferenceExport {
  private static final int SCHEMA_VERSION = 1;
  private static final String TAG = "serve";

  /** State that only an initializer can fill, which a session does not give back. */
  private static final Pattern FILLED_OP =
      Pattern.compile("(Anonymous)?(Mutable)?(Dense)?HashTable.*|(OneShot)?Iterator.*");

  private InferenceExport() {}

  /**
   * Writes the SavedModel, as a whole or not at all.
   *
   * @param session the session that trains
   * @param directory the folder to make
   * @param signatures what the model is called by; inputs and outputs are tensors of the session's
   *     graph
   * @throws GraphRewriteException if the folder exists, or an output needs a node that trains or a
   *     table
   * @throws IOException if the folder can't be written
   */
  public static void export(Session session, Path directory, List<Signature> signatures)
      throws IOException {
    if (Files.exists(directory)) {
      throw new GraphRewriteException(
          "'" + directory + "' exists; give a folder that does not, or remove it");
    }
    GraphDef pruned = InferenceGraph.prune(session.graph().toGraphDef(), tensors(signatures));
    requireNoTables(pruned);
    GraphDef graph = anywhere(pruned);
    List<VariableNode> variables =
        graph.getNodeList().stream().map(VariableNode::of).flatMap(Optional::stream).toList();
    Path parent = directory.toAbsolutePath().getParent();
    Files.createDirectories(parent);
    Path work = Files.createTempDirectory(parent, "." + directory.getFileName() + ".grokfast-");
    try {
      Path model = Files.createDirectory(work.resolve("model"));
      MetaGraphDef.Builder meta = metaGraph(signatures);
      if (variables.isEmpty()) {
        meta.setGraphDef(graph);
      } else {
        ServingSaver saver = ServingSaver.add(graph, variables);
        meta.setGraphDef(saver.graph()).setSaverDef(saver.saver());
        Path values = Files.createDirectory(model.resolve("variables"));
        new CheckpointWriter(session, variables).save(values.resolve("variables").toString());
      }
      SavedModel message =
          SavedModel.newBuilder()
              .setSavedModelSchemaVersion(SCHEMA_VERSION)
              .addMetaGraphs(meta)
              .build();
      Files.write(model.resolve("saved_model.pb"), message.toByteArray());
      DurableFiles.rename(model, directory);
    } finally {
      FileTrees.delete(work);
    }
  }

  private static Set<String> tensors(List<Signature> signatures) {
    Set<String> names = new TreeSet<>();
    for (Signature signature : signatures) {
      signature.getOutputs().values().forEach(tensor -> names.add(tensor.name));
      signature.getInputs().values().forEach(tensor -> names.add(tensor.name));
    }
    return names;
  }

  private static void requireNoTables(GraphDef graph) {
    graph.getNodeList().stream()
        .filter(node -> FILLED_OP.matcher(node.getOp()).matches())
        .findFirst()
        .ifPresent(
            node -> {
              throw new GraphRewriteException(
                  "an output needs node '"
                      + node.getName()
                      + "' ("
                      + node.getOp()
                      + "), whose content only its initializer gives; 'grokfast strip --inference'"
                      + " keeps a SavedModel's initializers");
            });
  }

  /** Without devices, and with resources that are found by name wherever they are used. */
  private static GraphDef anywhere(GraphDef graph) {
    GraphDef.Builder result = graph.toBuilder();
    for (NodeDef.Builder node : result.getNodeBuilderList()) {
      node.clearDevice();
      if (node.getOp().equals("VarHandleOp")
          && Provenance.text(node.build(), "shared_name").orElse("").isEmpty()) {
        node.putAttr("shared_name", Attrs.string(node.getName()));
      }
    }
    return result.build();
  }

  private static MetaGraphDef.Builder metaGraph(List<Signature> signatures) {
    MetaGraphDef.Builder meta = MetaGraphDef.newBuilder();
    meta.getMetaInfoDefBuilder().addTags(TAG);
    for (Signature signature : signatures) {
      SignatureDef.Builder entry =
          SignatureDef.newBuilder()
              .setMethodName(Optional.ofNullable(signature.methodName()).orElse(""));
      sorted(signature.getInputs()).forEach((name, tensor) -> entry.putInputs(name, info(tensor)));
      sorted(signature.getOutputs())
          .forEach((name, tensor) -> entry.putOutputs(name, info(tensor)));
      meta.putSignatureDef(signature.key(), entry.build());
    }
    return meta;
  }

  private static Map<String, TensorDescription> sorted(Map<String, TensorDescription> tensors) {
    return new TreeMap<>(tensors);
  }

  private static TensorInfo info(TensorDescription tensor) {
    return TensorInfo.newBuilder()
        .setName(tensor.name)
        .setDtype(tensor.dataType)
        .setTensorShape(shape(tensor.shape))
        .build();
  }

  private static TensorShapeProto shape(Shape shape) {
    TensorShapeProto.Builder proto = TensorShapeProto.newBuilder();
    if (shape.isUnknown()) {
      return proto.setUnknownRank(true).build();
    }
    for (long size : shape.asArray()) {
      proto.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    return proto.build();
  }
}
