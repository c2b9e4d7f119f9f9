package org.grokfast.onnx.find;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.grokfast.onnx.graph.DataFlow;
import org.grokfast.onnx.graph.GraphLocation;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.graph.OnnxGraph.Consumer;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.TrainedVariable;
import org.grokfast.rewrite.UpdateSite;

/**
 * Makes the site of a gradient that is known. Its edges are the consumers that lead to the
 * parameter's next value, in this step or in a later one by way of optimizer state: Lion and ADOPT
 * update their momentum after the weights.
 */
final class GradientSites {
  private final OnnxGraph graph;
  private final DataFlow flow;
  private final CarriedPairs pairs;
  private final StepRoles roles;

  GradientSites(TrainingModel model) {
    this.graph = model.graph();
    this.flow = model.flow();
    this.pairs = model.pairs();
    this.roles = model.roles();
  }

  /**
   * The rule that found a gradient.
   *
   * @param rule its name
   * @param text what it saw
   */
  record Source(String rule, String text) {}

  /**
   * The site of a gradient whose consumers lead to an output; a near-miss if none can be changed.
   */
  Finding site(TrainedVariable variable, String gradient, String output, Source source) {
    BitSet leading = leading(output);
    List<GradientEdge> edges = new ArrayList<>();
    for (Consumer consumer : graph.consumers(gradient)) {
      boolean leads =
          graph.node(consumer.node()).getOutputList().stream()
              .anyMatch(o -> !o.isEmpty() && leading.get(flow.number(o)));
      if (leads && consumer.input() == OnnxGraph.CAPTURED) {
        return new NearMiss(
            graph.label(consumer.node()),
            source.rule(),
            "takes the gradient '"
                + gradient
                + "' of '"
                + variable.name()
                + "' inside its body ("
                + graph.node(consumer.node()).getOpType()
                + "), where it can't be replaced; move the update out of the body, or select its"
                + " result with Where");
      }
      if (leads) {
        edges.add(new GradientEdge(graph.label(consumer.node()), consumer.input()));
      }
    }
    if (edges.isEmpty()) {
      return new NearMiss(
          output,
          source.rule(),
          "no node takes '" + gradient + "' on the way to the update of '" + variable.name() + "'");
    }
    return new UpdateSite(
        variable,
        gradient,
        edges,
        new UpdateSite.Evidence(source.rule(), source.text(), GraphLocation.MAIN));
  }

  /** The tensors that influence a parameter's next value, now or by way of optimizer state. */
  private BitSet leading(String output) {
    Set<String> ends = new HashSet<>(List.of(output));
    BitSet leading = flow.ancestors(ends);
    boolean more = true;
    while (more) {
      more = false;
      for (CarriedPairs.Pair pair : pairs.all()) {
        boolean state = !roles.isParameter(pair) && !roles.isScale(pair);
        if (state && leading.get(flow.number(pair.input())) && ends.add(pair.output())) {
          leading.or(flow.ancestors(List.of(pair.output())));
          more = true;
        }
      }
    }
    return leading;
  }
}
