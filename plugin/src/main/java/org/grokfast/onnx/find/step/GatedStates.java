package org.grokfast.onnx.find.step;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.grokfast.onnx.find.step.CarriedPairs.Pair;
import org.grokfast.onnx.graph.DataFlow;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.next.Kept;
import org.grokfast.onnx.next.Scalars;

/**
 * The states of gated recurrent networks that a step carries on, as a GRU's or an LSTM's:
 *
 * <pre>
 *   z     = Sigmoid(…)
 *   h_new = z·h + (1 − z)·n
 *   loss  = f(h_new, y)
 * </pre>
 *
 * <p>A loss depends on them by way of their next value alone, or of those before in a sequence,
 * while the loss that a parameter is trained for depends on its old one; and what they keep of
 * their old value has gone through a gate, while a gradient is subtracted from the whole of a
 * parameter.
 *
 * <p>The cases of its test:
 *
 * <ol>
 *   <li>The state of a gated unit counts as data.
 *   <li>So do the hidden state and the cell of a long short-term memory.
 *   <li>So does one that a mask keeps where a sequence has ended.
 *   <li>So does one of which the loss has every value in a sequence.
 *   <li>A parameter that a gradient moves is none, though the loss has it behind a gate.
 *   <li>Nor is one of which a gate lets a share through that the loss has whole.
 *   <li>Nor is one with which a loss is computed after the step.
 * </ol>
 */
final class GatedStates {
  private static final Set<String> SQUASHED = Set.of("Sigmoid", "HardSigmoid");
  private static final Set<String> MOVED =
      Set.of(
          "Cast",
          "Flatten",
          "Gather",
          "Identity",
          "Reshape",
          "Slice",
          "Split",
          "Squeeze",
          "Transpose",
          "Unsqueeze");
  private static final int FARTHEST = 16;

  private final OnnxGraph graph;
  private final DataFlow flow;
  private final CarriedPairs pairs;
  private final Collection<String> metrics;
  private final BitSet toMetrics;
  private final Scalars scalars;

  GatedStates(
      OnnxGraph graph,
      DataFlow flow,
      CarriedPairs pairs,
      Collection<String> metrics,
      BitSet toMetrics) {
    this.graph = graph;
    this.flow = flow;
    this.pairs = pairs;
    this.metrics = metrics;
    this.toMetrics = toMetrics;
    this.scalars = new Scalars(graph);
  }

  /** The inputs that hold such states. */
  Set<String> find() {
    Set<String> found = new TreeSet<>();
    for (Pair pair : pairs.all()) {
      if (!pair.isByHand()
          && flow.has(pair.output())
          && toMetrics.get(flow.number(pair.input()))
          && isGated(pair.output(), pair)
          && isReachedByNext(pair)) {
        found.add(pair.input());
      }
    }
    return found;
  }

  /** Whether a tensor keeps something of a value, and all of that has gone through gates. */
  private boolean isGated(String tensor, Pair pair) {
    return Kept.perhaps(graph).keeps(tensor, pair.input())
        && !Kept.perhapsBut(graph, (node, input) -> isHeld(node, input, pair))
            .keeps(tensor, pair.input());
  }

  /**
   * Whether every metric that a value goes into depends on it by way of its next value alone, or of
   * those before in a sequence, which the next value is made from.
   */
  private boolean isReachedByNext(Pair pair) {
    BitSet between = flow.descendants(List.of(pair.input()));
    between.and(flow.ancestors(List.of(pair.output())));
    List<String> next =
        between.stream()
            .mapToObj(flow::name)
            .filter(tensor -> !tensor.equals(pair.input()) && isGated(tensor, pair))
            .toList();
    BitSet reached = flow.descendants(List.of(pair.input()), next);
    return metrics.stream().noneMatch(metric -> flow.isIn(metric, reached));
  }

  /**
   * Whether a tensor is a gate or goes through one, or is the old value and goes through a mask.
   */
  private boolean isHeld(NodeProto node, String tensor, Pair pair) {
    boolean whole = Product.root(graph, tensor).equals(pair.input());
    if (node.getOpType().equals("Where")) {
      return whole && !graph.type(node.getInput(0)).isSingle();
    }
    return node.getOpType().equals("Mul")
        && (isGate(tensor, FARTHEST)
            || node.getInputList().stream()
                .filter(factor -> !factor.equals(tensor) && !graph.type(factor).isSingle())
                .anyMatch(factor -> isGate(factor, FARTHEST) || (whole && isMask(factor))));
  }

  /** Whether a factor is squashed between 0 and 1, or 1 minus such a one. */
  private boolean isGate(String factor, int depth) {
    Optional<NodeProto> maker = graph.producer(factor).map(graph::node);
    if (maker.isEmpty() || depth == 0) {
      return false;
    }
    List<String> inputs = maker.get().getInputList();
    String op = maker.get().getOpType();
    return SQUASHED.contains(op)
        || (MOVED.contains(op) && isGate(inputs.get(0), depth - 1))
        || (op.equals("Sub")
            && scalars.of(inputs.get(0)).orElse(0) == 1
            && isGate(inputs.get(1), depth - 1));
  }

  /** Whether a factor is made from what is fed alone. */
  private boolean isMask(String factor) {
    BitSet from = flow.ancestors(List.of(factor));
    return pairs.all().stream().noneMatch(pair -> from.get(flow.number(pair.input())));
  }
}
