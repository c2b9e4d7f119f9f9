package org.grokfast.tensorflow.serving;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.NothingToRewriteException;
import org.grokfast.tensorflow.file.GraphFile;
import org.grokfast.tensorflow.graph.FunctionLibrary;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.nodes.MetaGraphParts;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

/**
 * What inference needs of a training graph: given outputs, or those of the signatures. Of a saver
 * stays what restores the variables that stay, since loaders of SavedModels run it.
 */
public final class InferencePart {
  private static final String INIT_SIGNATURE = "__saved_model_init_op";
  private static final List<String> INIT_COLLECTIONS =
      List.of("saved_model_main_op", "legacy_init_op");

  private final GraphFile file;
  private final MetaGraphDef meta;
  private final List<String> notes = new ArrayList<>();

  private InferencePart(GraphFile file, MetaGraphDef meta) {
    this.file = file;
    this.meta = meta;
  }

  /**
   * The part of a graph file that inference needs.
   *
   * @param file the file with the rest left out
   * @param notes what the user should know, a sentence each
   */
  public record Result(GraphFile file, List<String> notes) {
    /** Makes the list immutable. */
    public Result {
      notes = List.copyOf(notes);
    }
  }

  /**
   * Leaves out what the outputs do not need.
   *
   * @param outputs tensor names; empty for the outputs of the signatures
   * @throws GraphRewriteException if an output does not exist or needs what trains
   */
  public static Result of(GraphFile file, List<String> outputs) {
    Optional<MetaGraphDef> meta = file.metaGraph();
    if (meta.isPresent()) {
      return new InferencePart(file, meta.get()).result(outputs);
    }
    if (outputs.isEmpty()) {
      throw new GraphRewriteException(
          file.source()
              + ": a GraphDef has no signatures that name its outputs. Name them with --outputs.");
    }
    GraphDef pruned = InferenceGraph.prune(file.graph(), outputs);
    return new Result(file.withGraph(pruned), List.of());
  }

  private Result result(List<String> outputs) {
    List<String> wanted = outputs.isEmpty() ? signatureOutputs() : outputs;
    GraphDef pruned = InferenceGraph.prune(meta.getGraphDef(), wanted);
    NodeSelection selection = new NodeSelection(meta.getGraphDef(), pruned);
    selection.addGroup(meta.getSaverDef().getRestoreOpName());
    selection.addGroup(TensorName.nodeOf(meta.getSaverDef().getFilenameTensorName()));
    initializers().forEach(selection::addGroup);
    GraphDef graph = FunctionLibrary.keepUsed(selection.graph());
    return new Result(file.withMetaGraph(MetaGraphParts.of(metaGraph(graph))), notes);
  }

  private List<String> signatureOutputs() {
    Set<String> tensors = new LinkedHashSet<>();
    for (Map.Entry<String, SignatureDef> entry : sorted(meta.getSignatureDefMap()).entrySet()) {
      List<String> own =
          entry.getValue().getOutputsMap().values().stream()
              .map(TensorInfo::getName)
              .sorted()
              .toList();
      if (own.isEmpty() || entry.getKey().equals(INIT_SIGNATURE)) {
        continue;
      }
      try {
        GraphDef pruned = InferenceGraph.prune(meta.getGraphDef(), own);
        Optional<String> writer = InferenceGraph.writer(pruned);
        if (writer.isPresent()) {
          notes.add(leftOut(entry.getKey(), writer.get()));
        } else {
          tensors.addAll(own);
        }
      } catch (GraphRewriteException e) {
        notes.add("signature '" + entry.getKey() + "' is left out: " + e.getMessage());
      }
    }
    if (tensors.isEmpty()) {
      throw new NothingToRewriteException(
          file.source()
              + ": no signature is for inference"
              + (notes.isEmpty() ? "" : " (" + String.join("; ", notes) + ")")
              + ". Name the outputs with --outputs.");
    }
    return List.copyOf(tensors);
  }

  /** The note on a signature that nobody asked for and that is more than inference. */
  public static String leftOut(String signature, String writer) {
    return "signature '"
        + signature
        + "' is left out: "
        + writer
        + " writes a variable; name its outputs to keep it";
  }

  private List<String> initializers() {
    List<String> names = new ArrayList<>();
    for (String collection : INIT_COLLECTIONS) {
      names.addAll(
          meta.getCollectionDefOrDefault(collection, CollectionDef.getDefaultInstance())
              .getNodeList()
              .getValueList());
    }
    meta.getSignatureDefOrDefault(INIT_SIGNATURE, SignatureDef.getDefaultInstance())
        .getOutputsMap()
        .values()
        .forEach(tensor -> names.add(TensorName.nodeOf(tensor.getName())));
    return names;
  }

  private MetaGraphDef metaGraph(GraphDef graph) {
    Set<String> nodes =
        graph.getNodeList().stream().map(NodeDef::getName).collect(Collectors.toSet());
    MetaGraphDef.Builder result = meta.toBuilder().setGraphDef(graph);
    result.clearSignatureDef().clearCollectionDef();
    sorted(meta.getSignatureDefMap())
        .forEach(
            (name, signature) -> {
              if (isWhole(signature, nodes)) {
                result.putSignatureDef(name, signature);
              }
            });
    List<String> dropped = new ArrayList<>();
    sorted(meta.getCollectionDefMap())
        .forEach(
            (name, collection) -> {
              if (isWhole(collection, nodes)) {
                result.putCollectionDef(name, collection);
              } else {
                dropped.add(name);
              }
            });
    if (!dropped.isEmpty()) {
      notes.add("collections left out: " + String.join(", ", dropped));
    }
    if (meta.hasObjectGraphDef()) {
      result.clearObjectGraphDef();
      notes.add("the object graph is left out: Python loads the model by its signatures");
    }
    if (meta.hasSaverDef() && nodes.contains(meta.getSaverDef().getRestoreOpName())) {
      notes.add("the model can be loaded, but not saved again");
    } else {
      result.clearSaverDef();
    }
    return result.build();
  }

  private static boolean isWhole(SignatureDef signature, Set<String> nodes) {
    List<TensorInfo> tensors = new ArrayList<>(signature.getOutputsMap().values());
    tensors.addAll(signature.getInputsMap().values());
    return tensors.stream().allMatch(tensor -> nodes.contains(TensorName.nodeOf(tensor.getName())));
  }

  /** Variables are listed with their initializers, which inference has none of. */
  private static boolean isWhole(CollectionDef collection, Set<String> nodes) {
    return switch (collection.getKindCase()) {
      case NODE_LIST ->
          collection.getNodeList().getValueList().stream()
              .allMatch(name -> nodes.contains(TensorName.nodeOf(name)));
      case BYTES_LIST -> false;
      default -> true;
    };
  }

  private static <T> Map<String, T> sorted(Map<String, T> map) {
    return new TreeMap<>(map);
  }
}
