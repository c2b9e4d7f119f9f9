package org.grokfast.tensorflow;

import java.util.HashMap;
import java.util.Map;
import org.grokfast.tensorflow.graph.Provenance;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.grokfast.tensorflow.nodes.MetaGraphParts;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

/**
 * What a MetaGraph says beside its graph, where that was wrapped while it was live and then
 * exported: signatures and collections may name the filtered copies of the train op.
 */
public final class StrippedMetaGraph {
  private StrippedMetaGraph() {}

  /**
   * The MetaGraph without inserted nodes, but with its saver, in which signatures and collections
   * name the ops that were copied in place of their copies.
   *
   * @throws org.grokfast.rewrite.GraphRewriteException as {@link FilterStripper#apply}
   */
  public static MetaGraphParts of(MetaGraphParts metaGraph) {
    GraphParts graph = FilterStripper.applyToMetaGraph(metaGraph.graph());
    return metaGraph.withRest(withOriginalNames(metaGraph)).withGraph(graph);
  }

  /**
   * What is beside the graph, with signatures and collections that name the ops which were copied,
   * in place of their copies.
   */
  private static MetaGraphDef withOriginalNames(MetaGraphParts parts) {
    Map<String, String> copies = new HashMap<>();
    GraphParts graph = parts.graph();
    MetaGraphDef metaGraph = parts.rest();
    Provenance.inserted(graph.nodes())
        .mapToObj(graph.nodes()::get)
        .forEach(node -> put(copies, node));
    if (copies.isEmpty()) {
      return metaGraph;
    }
    MetaGraphDef.Builder result = metaGraph.toBuilder();
    metaGraph
        .getSignatureDefMap()
        .forEach((name, signature) -> result.putSignatureDef(name, original(signature, copies)));
    metaGraph
        .getCollectionDefMap()
        .forEach(
            (name, collection) -> {
              if (collection.hasNodeList()) {
                var list = collection.getNodeList().toBuilder().clearValue();
                collection
                    .getNodeList()
                    .getValueList()
                    .forEach(value -> list.addValue(original(value, copies)));
                result.putCollectionDef(name, collection.toBuilder().setNodeList(list).build());
              }
            });
    return result.build();
  }

  private static void put(Map<String, String> copies, NodeDef node) {
    Provenance.text(node, Provenance.COPY_OF).ifPresent(name -> copies.put(node.getName(), name));
  }

  private static SignatureDef original(SignatureDef signature, Map<String, String> copies) {
    SignatureDef.Builder result = signature.toBuilder();
    signature.getInputsMap().forEach((k, info) -> result.putInputs(k, original(info, copies)));
    signature.getOutputsMap().forEach((k, info) -> result.putOutputs(k, original(info, copies)));
    return result.build();
  }

  private static TensorInfo original(TensorInfo info, Map<String, String> copies) {
    return info.getEncodingCase() == TensorInfo.EncodingCase.NAME
        ? info.toBuilder().setName(original(info.getName(), copies)).build()
        : info;
  }

  private static String original(String tensor, Map<String, String> copies) {
    String copied = copies.get(TensorName.nodeOf(tensor));
    return copied == null ? tensor : FilterStripper.inPlaceOf(tensor, copied);
  }
}
