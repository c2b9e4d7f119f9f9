package org.grokfast.tensorflow.find.flow;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.tensorflow.graph.GraphIndex;

/** The inputs of nodes at which tensors of the flow are consumed, as the graph spells them. */
public final class GradientConsumers {
  private GradientConsumers() {}

  /**
   * The inputs at which a tensor is consumed, in the order of the graph.
   *
   * @param consumers the tensors that it is consumed for; one in a called function stands for the
   *     input of the calling node
   */
  public static List<GradientEdge> edges(InlinedFlow flow, int tensor, int[] consumers) {
    CallTree.Instance instance = flow.instance(tensor);
    GraphIndex graph = instance.graph();
    Map<GradientEdge, Integer> edges = new LinkedHashMap<>();
    for (int consumer : consumers) {
      CallTree.Instance of = flow.instance(consumer);
      boolean here = of.number() == instance.number();
      int node = here ? flow.nodeId(consumer) : of.caller().node();
      int[] inputs = instance.tensors().inputs(node);
      for (int input = 0; input < inputs.length; input++) {
        boolean argument = here || of.caller().call().firstInput() + flow.nodeId(consumer) == input;
        if (inputs[input] == flow.local(tensor) && argument) {
          edges.put(new GradientEdge(graph.name(node), input), node);
        }
      }
    }
    List<GradientEdge> sorted = new ArrayList<>(edges.keySet());
    sorted.sort(
        Comparator.comparing((GradientEdge edge) -> edges.get(edge))
            .thenComparing(GradientEdge::input));
    return sorted;
  }
}
