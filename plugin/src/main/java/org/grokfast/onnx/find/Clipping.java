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
 * comes in, be it an op or a comparison. What is compared with itself, or tested for infinity
 * beside the comparison, is only freed of what is not finite.
 *
 * <p>The cases of its test:
 *
 * <ol>
 *   <li>A sign by comparisons stands behind the filter.
 *   <li>So does a step that a gradient only chooses.
 *   <li>So does a choice of the largest.
 *   <li>A gradient without NaNs is filtered behind the choice.
 *   <li>So is one whose NaNs are found by comparing it with itself, and one without infinities.
 *   <li>What steers the step sizes alone gets the filtered gradient too.
 *   <li>A factor that bounds the length of all is a clipping.
 *   <li>So is one that is chosen.
 *   <li>A rate that is divided by the length of all gradients is no part of them.
 *   <li>Nor is that length itself.
 *   <li>A count of long gradients is no parameter.
 *   <li>The longest gradient so far is none.
 *   <li>The best loss so far is none.
 *   <li>The best weights so far are none.
 *   <li>A mask that goes by the weights is none.
 *   <li>A step counter that begins anew is none.
 * </ol>
 */
final class Clipping {
  private static final Set<String> BOUNDS = Set.of("Clip", "Min", "Max", "Where", "If");
  private static final Set<String> OPTIMIZERS_OWN = Set.of("Sign", "Tanh", "Softsign", "Sigmoid");

  private static final Set<String> COMPARISONS =
      Set.of("Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual");
  private static final Set<String> TESTS = Set.of("IsInf", "IsNaN");

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
    BitSet between = between(from, to);
    boolean bounded = false;
    for (int tensor = between.nextSetBit(0); tensor >= 0; tensor = between.nextSetBit(tensor + 1)) {
      NodeProto node = maker(tensor);
      if (states.get(tensor)
          || OPTIMIZERS_OWN.contains(node.getOpType())
          || compares(node)
          || takesParameter(tensor, between, flow.number(from))) {
        return false;
      }
      bounded |= BOUNDS.contains(node.getOpType());
    }
    return bounded;
  }

  /** Whether a tensor flows into another one, and nothing on the way is bounded or chosen. */
  boolean isUnbounded(String from, String to) {
    BitSet between = between(from, to);
    return !between.isEmpty()
        && between.stream()
            .mapToObj(this::maker)
            .noneMatch(node -> BOUNDS.contains(node.getOpType()));
  }

  /** What a tensor flows through on its way to another one, the other included. */
  private BitSet between(String from, String to) {
    BitSet between = flow.descendants(List.of(from));
    between.and(flow.ancestors(List.of(to)));
    between.clear(flow.number(from));
    return between;
  }

  private NodeProto maker(int tensor) {
    return graph.node(graph.producer(flow.name(tensor)).orElseThrow());
  }

  private boolean compares(NodeProto node) {
    return COMPARISONS.contains(node.getOpType())
        && node.getInputList().stream().distinct().count() > 1
        && node.getOutputList().stream()
            .flatMap(output -> graph.consumers(output).stream())
            .map(consumer -> graph.node(consumer.node()))
            .anyMatch(consumer -> !consumer.getOpType().equals("And") || !hasTest(consumer));
  }

  private boolean hasTest(NodeProto node) {
    return node.getInputList().stream()
        .flatMap(input -> graph.producer(input).stream())
        .anyMatch(maker -> TESTS.contains(graph.node(maker).getOpType()));
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
