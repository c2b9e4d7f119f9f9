package org.grokfast.tensorflow.find.flow;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.tensorflow.graph.GraphIndex;

/** The inputs through which tensors of the flow are taken, as the graph spells them. */
public final class GradientTakers {
  private GradientTakers() {}

  /**
   * The inputs through which a tensor is taken, in the order of the graph.
   *
   * @param takers the tensors for whose sake it is taken; one in a called function stands for the
   *     input of the calling node
   */
  public static List<GradientEdge> edges(InlinedFlow flow, int tensor, int[] takers) {
    CallTree.Instance instance = flow.instance(tensor);
    GraphIndex graph = instance.graph();
    Map<GradientEdge, Integer> edges = new LinkedHashMap<>();
    for (int taker : takers) {
      CallTree.Instance of = flow.instance(taker);
      boolean here = of.number() == instance.number();
      int node = here ? flow.nodeId(taker) : of.caller().node();
      int[] taken = instance.tensors().taken(node);
      for (int input = 0; input < taken.length; input++) {
        boolean argument = here || of.caller().call().firstInput() + flow.nodeId(taker) == input;
        if (taken[input] == flow.local(tensor) && argument) {
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
