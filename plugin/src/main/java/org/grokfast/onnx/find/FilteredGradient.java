package org.grokfast.onnx.find;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.List;
import org.grokfast.onnx.find.step.BoundFactors;
import org.grokfast.onnx.graph.DataFlow;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.graph.OnnxProvenance;

/**
 * A gradient that a rewritten model filters, as its nodes tell.
 *
 * @param parameter the parameter; where the model had a name of ours already, with a number behind
 * @param filter the filter's description
 * @param raw the tensor that enters the filter, as the original calls it
 * @param filtered the tensor that leaves it
 * @param gate the boolean that says whether a step makes the update; empty where every step does
 */
public record FilteredGradient(
    String parameter, String filter, String raw, String filtered, String gate) {

  /** Those of the main graph, in its order; empty for a model without filter. */
  public static List<FilteredGradient> of(ModelProto model) {
    List<FilteredGradient> gradients = new ArrayList<>();
    for (NodeProto node : model.getGraph().getNodeList()) {
      var filter = OnnxProvenance.text(node.getMetadataPropsList(), OnnxProvenance.FILTER);
      var raw = OnnxProvenance.text(node.getMetadataPropsList(), OnnxProvenance.REPLACES);
      if (OnnxProvenance.isInserted(node) && filter.isPresent() && raw.isPresent()) {
        String name = node.getName();
        int from = Math.min(OnnxProvenance.ROOT.length() + 1, name.length());
        int to = Math.max(from, name.lastIndexOf('/'));
        gradients.add(
            new FilteredGradient(
                name.substring(from, to),
                filter.get(),
                raw.get(),
                name,
                OnnxProvenance.text(node.getMetadataPropsList(), OnnxProvenance.GATE).orElse("")));
      }
    }
    return gradients;
  }

  /** What a rewritten model calls a tensor whose own name has gone to what is filtered. */
  public static String moved(ModelProto model, String tensor) {
    return model.getGraph().getNodeList().stream()
        .filter(node -> OnnxProvenance.isInserted(node) && node.getOutputList().contains(tensor))
        .flatMap(
            node -> OnnxProvenance.text(node.getMetadataPropsList(), OnnxProvenance.MOVED).stream())
        .findFirst()
        .orElse(tensor);
  }

  /** Whether a tensor is a gradient times factors that bound its length, or that of its rows. */
  public static boolean isShortened(
      OnnxGraph graph, DataFlow flow, String gradient, String tensor) {
    return new BoundFactors(graph)
        .shorten(gradient, tensor, flow, flow.descendants(List.of(gradient)));
  }
}
