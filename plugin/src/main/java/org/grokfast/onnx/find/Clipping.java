package org.grokfast.onnx.find;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import org.grokfast.onnx.graph.DataFlow;
import org.grokfast.onnx.graph.OnnxGraph;

/**
 * Steps from a gradient to what clipping leaves of it. Of the tensors through which all data goes
 * in turn, one is the clipped form of another if between the two something is bounded or chosen
 * (Clip, Min, Max, Where, If) and neither the parameter's neighbours in the optimizer nor a sign
 * comes in.
 */
final class Clipping {
  private static final Set<String> BOUNDS = Set.of("Clip", "Min", "Max", "Where", "If");
  private static final Set<String> OPTIMIZERS_OWN = Set.of("Sign", "Tanh", "Softsign", "Sigmoid");

  private final OnnxGraph graph;
  private final DataFlow flow;
  private final BitSet states;

  /**
   * Clipping in a graph.
   *
   * @param states what an optimizer's state has gone into: no gradient any more
   */
  Clipping(OnnxGraph graph, DataFlow flow, BitSet states) {
    this.graph = graph;
    this.flow = flow;
    this.states = states;
  }

  /**
   * The last clipped form.
   *
   * @param chain tensors that separate the data from an update, in order; the first is the gradient
   */
  String behind(List<String> chain) {
    String current = chain.get(0);
    for (String next : chain.subList(1, chain.size())) {
      if (isClipped(current, next)) {
        current = next;
      }
    }
    return current;
  }

  private boolean isClipped(String from, String to) {
    BitSet between = flow.descendants(List.of(from));
    between.and(flow.ancestors(List.of(to)));
    between.clear(flow.number(from));
    boolean bounded = false;
    for (int tensor = between.nextSetBit(0); tensor >= 0; tensor = between.nextSetBit(tensor + 1)) {
      NodeProto node = graph.node(graph.producer(flow.name(tensor)).orElseThrow());
      if (states.get(tensor)
          || OPTIMIZERS_OWN.contains(node.getOpType())
          || takesParameter(tensor, between, flow.number(from))) {
        return false;
      }
      bounded |= BOUNDS.contains(node.getOpType());
    }
    return bounded;
  }

  /** Whether something that is no scalar comes in from the side, as a parameter does. */
  private boolean takesParameter(int tensor, BitSet between, int from) {
    for (int input : flow.producers(tensor)) {
      boolean scalar =
          graph
              .type(flow.name(input))
              .fixedShape()
              .map(shape -> shape.stream().allMatch(d -> d == 1))
              .orElse(false);
      if (input != from && !between.get(input) && !scalar) {
        return true;
      }
    }
    return false;
  }
}
