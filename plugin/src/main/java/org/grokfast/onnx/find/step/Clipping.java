package org.grokfast.onnx.find.step;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.grokfast.onnx.graph.DataFlow;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.next.Scalars;

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
 *   <li>A bound on the step, behind the rate, is no clipping.
 *   <li>A bound by a choice is a clipping.
 *   <li>So is one of the length of each row, which may be chosen.
 *   <li>So is one by the length of the weights' rows.
 *   <li>A length that is only kept from 0 bounds nothing.
 *   <li>A length that is bounded by a number that is fed is a clipping.
 * </ol>
 */
public final class Clipping {
  private static final Set<String> BOUNDS = Set.of("Clip", "Min", "Max", "Where", "If");
  private static final Set<String> OPTIMIZERS_OWN = Set.of("Sign", "Tanh", "Softsign", "Sigmoid");

  private static final Set<String> COMPARISONS =
      Set.of("Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual");
  private static final Set<String> TESTS = Set.of("IsInf", "IsNaN");

  /** Below this, a bound only keeps a divisor from 0. */
  private static final double TINY = 1e-6;

  private final OnnxGraph graph;
  private final DataFlow flow;
  private final BitSet states;
  private final BitSet rated;
  private final Scalars scalars;
  private final MovingBounds moving;
  private final BoundFactors bounds;

  /**
   * Clipping in a graph.
   *
   * @param states what an optimizer's state has gone into: no gradient any more
   * @param rated what a rate has gone into: a bound on its multiple bounds the step
   */
  Clipping(OnnxGraph graph, DataFlow flow, BitSet states, BitSet rated) {
    this.graph = graph;
    this.flow = flow;
    this.states = states;
    this.rated = rated;
    this.scalars = new Scalars(graph);
    this.bounds = new BoundFactors(graph);
    this.moving = new MovingBounds(graph, flow, states);
  }

  /**
   * The last clipped form.
   *
   * @param chain tensors that separate the data from an update, in order; the first is the gradient
   */
  String behind(List<String> chain) {
    String current = chain.get(0);
    for (String next : chain.subList(1, chain.size())) {
      if (isShortened(current, next)
          || isClipped(current, next)
          || moving.of(next).filter(current::equals).isPresent()) {
        current = next;
      }
    }
    return current;
  }

  /** Whether a factor bounds the length; the bound may be fed, and is no rate then. */
  private boolean isShortened(String from, String to) {
    return !states.get(flow.number(to))
        && bounds.shorten(from, to, flow, flow.descendants(List.of(from)));
  }

  private boolean isClipped(String from, String to) {
    BitSet between = between(from, to);
    BitSet byValue = byValue(from, between);
    boolean bounded = false;
    for (int tensor = between.nextSetBit(0); tensor >= 0; tensor = between.nextSetBit(tensor + 1)) {
      NodeProto node = maker(tensor);
      if (states.get(tensor)
          || OPTIMIZERS_OWN.contains(node.getOpType())
          || compares(node, between, byValue)
          || isTimesRate(node, between)
          || takesParameter(tensor, between, from)) {
        return false;
      }
      bounded |= BOUNDS.contains(node.getOpType()) && !isGuard(node);
    }
    return bounded;
  }

  /** Whether a product has a factor from the side into which a rate has gone. */
  private boolean isTimesRate(NodeProto node, BitSet between) {
    return UpdateTerms.PRODUCTS.contains(node.getOpType())
        && node.getInputList().stream()
            .filter(flow::has)
            .map(flow::number)
            .anyMatch(input -> !between.get(input) && rated.get(input));
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

  /** What of this comes from a tensor by its value, and not by what it is compared with alone. */
  private BitSet byValue(String from, BitSet between) {
    BitSet byValue = new BitSet();
    byValue.set(flow.number(from));
    for (int tensor = between.nextSetBit(0); tensor >= 0; tensor = between.nextSetBit(tensor + 1)) {
      String op = maker(tensor).getOpType();
      if (!COMPARISONS.contains(op)
          && !TESTS.contains(op)
          && IntStream.of(flow.producers(tensor)).anyMatch(byValue::get)) {
        byValue.set(tensor);
      }
    }
    return byValue;
  }

  /**
   * Whether a comparison gives more than a bound on the way, such as a sign or a choice of the
   * largest.
   */
  private boolean compares(NodeProto node, BitSet between, BitSet byValue) {
    return COMPARISONS.contains(node.getOpType())
        && node.getInputList().stream().distinct().count() > 1
        && node.getOutputList().stream()
            .flatMap(output -> graph.consumers(output).stream())
            .map(consumer -> graph.node(consumer.node()))
            .filter(
                consumer -> consumer.getOutputList().stream().anyMatch(o -> flow.isIn(o, between)))
            .anyMatch(
                consumer ->
                    !(consumer.getOpType().equals("And") && hasTest(consumer))
                        && !chooses(consumer, byValue));
  }

  /** Whether a choice is between values, one of which may be a bound: 0 is none. */
  private boolean chooses(NodeProto node, BitSet byValue) {
    List<String> branches = node.getInputList().stream().skip(1).toList();
    return node.getOpType().equals("Where")
        && branches.stream().anyMatch(branch -> flow.isIn(branch, byValue))
        && branches.stream()
            .allMatch(branch -> flow.isIn(branch, byValue) || scalars.of(branch).orElse(0) != 0);
  }

  /** Whether what a node bounds is only kept from 0, as a length is before a division by it. */
  private boolean isGuard(NodeProto node) {
    boolean below = node.getInputCount() <= 2 || node.getInputList().get(2).isEmpty();
    return Set.of("Max", "Clip").contains(node.getOpType())
        && node.getInputCount() > 1
        && below
        && node.getInputList().stream()
            .map(scalars::of)
            .anyMatch(value -> value.isPresent() && Math.abs(value.getAsDouble()) < TINY);
  }

  private boolean hasTest(NodeProto node) {
    return node.getInputList().stream()
        .flatMap(input -> graph.producer(input).stream())
        .anyMatch(maker -> TESTS.contains(graph.node(maker).getOpType()));
  }

  /**
   * Whether something of the gradient's size comes in from the side, as a parameter does: its
   * length, or those of its rows, may be what bounds the gradient's.
   */
  private boolean takesParameter(int tensor, BitSet between, String from) {
    long size = size(from);
    for (int input : flow.producers(tensor)) {
      if (input != flow.number(from)
          && !between.get(input)
          && !graph.type(flow.name(input)).isSingle()
          && size(flow.name(input)) >= size) {
        return true;
      }
    }
    return false;
  }

  /** How many elements a tensor has; as many as can be where that is not known. */
  private long size(String tensor) {
    return graph
        .type(tensor)
        .fixedShape()
        .map(shape -> shape.stream().reduce(1L, (a, b) -> a * b))
        .orElse(Long.MAX_VALUE);
  }
}
