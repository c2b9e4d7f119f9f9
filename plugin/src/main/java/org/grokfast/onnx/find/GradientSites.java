package org.grokfast.onnx.find;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.grokfast.onnx.graph.DataFlow;
import org.grokfast.onnx.graph.GraphLocation;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.graph.OnnxGraph.Consumer;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.TrainedVariable;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.rewrite.coverage.Reason;

/**
 * Makes the site of a gradient that is known: its edges are the consumers that lead to an update,
 * and the output of the graph that it is itself, where that is a state of the optimizer.
 */
final class GradientSites {
  private final OnnxGraph graph;
  private final DataFlow flow;
  private final String location;

  /**
   * Sites of one graph.
   *
   * @param location the graph's name
   */
  GradientSites(OnnxGraph graph, DataFlow flow, String location) {
    this.graph = graph;
    this.flow = flow;
    this.location = location;
  }

  /**
   * What is known of an update.
   *
   * @param rule the rule that found it
   * @param text what the rule saw
   * @param next the next value of the parameter
   * @param leading the tensors that lead there, in this step or a later one, by number
   * @param fedBack whether the gradient itself is an output that the next step takes as a state
   */
  record Update(String rule, String text, String next, BitSet leading, boolean fedBack) {}

  /** The site of a gradient; a near-miss if no consumer can be changed. */
  Finding site(TrainedVariable variable, String gradient, Update update) {
    List<GradientEdge> edges = new ArrayList<>();
    for (Consumer consumer : graph.consumers(gradient)) {
      boolean leads =
          graph.node(consumer.node()).getOutputList().stream()
              .anyMatch(o -> !o.isEmpty() && update.leading().get(flow.number(o)));
      if (leads && consumer.input() == OnnxGraph.CAPTURED) {
        return miss(
            graph.label(consumer.node()),
            update,
            Reason.of(
                "takes the gradient '"
                    + gradient
                    + "' of '"
                    + variable.name()
                    + "' inside its body ("
                    + graph.node(consumer.node()).getOpType()
                    + "), where it can't be replaced",
                "move the update out of the body, or select its result with Where"));
      }
      if (leads) {
        edges.add(new GradientEdge(graph.label(consumer.node()), consumer.input()));
      }
    }
    if (update.fedBack() && graph.producer(gradient).isPresent()) {
      String maker = graph.label(graph.producer(gradient).get());
      edges.add(new GradientEdge(maker, GradientEdge.OUTPUT));
    }
    if (edges.isEmpty()) {
      return miss(
          update.next(),
          update,
          Reason.of(
              "no node takes '"
                  + gradient
                  + "' on the way to the update of '"
                  + variable.name()
                  + "'"));
    }
    return new UpdateSite(
        variable, gradient, edges, new UpdateSite.Evidence(update.rule(), update.text(), location));
  }

  private NearMiss miss(String node, Update update, Reason reason) {
    String prefix = location.equals(GraphLocation.MAIN) ? "" : location + "/";
    return new NearMiss(prefix + node, update.rule(), reason);
  }
}
