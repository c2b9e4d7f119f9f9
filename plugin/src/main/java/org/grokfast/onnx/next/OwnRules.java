package org.grokfast.onnx.next;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.grokfast.onnx.graph.DataFlow;
import org.grokfast.onnx.graph.GradientOp;
import org.grokfast.onnx.graph.OnnxGraph;

/** Rules other than a gradient by which a value changes with the data. */
public final class OwnRules {
  /** What passes no derivative on. */
  private static final Set<String> STEPS =
      Set.of(
          ("And ArgMax ArgMin Ceil Equal Floor Greater GreaterOrEqual IsInf IsNaN Less LessOrEqual"
                  + " NonZero Not OneHot Or Round Shape Sign Size Xor")
              .split(" ", -1));

  /** How far the factors of an average may be off 1 together, beside what one weight is off 1. */
  private static final double EXACT = 1e-3;

  /** What two float32 numbers below 1 may be off by together. */
  private static final double FLOAT = 1.2e-7;

  private final OnnxGraph graph;
  private final DataFlow flow;
  private final BitSet fromData;

  /**
   * Rules in one graph.
   *
   * @param fromData the tensors that depend on the data, by number
   */
  public OwnRules(OnnxGraph graph, DataFlow flow, BitSet fromData) {
    this.graph = graph;
    this.flow = flow;
    this.fromData = fromData;
  }

  /** Whether a tensor depends on the data. */
  public boolean isData(String tensor) {
    return flow.isIn(tensor, fromData);
  }

  /**
   * By what rule a value changes on which a loss depends; empty if it may be by a gradient.
   *
   * @param old the value
   * @param next its next value
   * @param trained the next values of parameters, with the parameters' names
   */
  public Optional<String> ofParameter(String old, String next, Map<String, String> trained) {
    Sum sum = sum(old, next, trained);
    return statistic(next)
        .or(() -> copy(next, sum, trained))
        .or(() -> extreme(old, next))
        .or(() -> average(sum))
        .or(() -> mixture(old, sum))
        .or(() -> sum.kept() ? Optional.empty() : made(sum));
  }

  /** The same of a value on which no loss depends that the step gives. */
  public Optional<String> of(String old, String next, Map<String, String> trained) {
    return ofParameter(old, next, trained).or(() -> made(sum(old, next, trained)));
  }

  private Optional<NodeProto> maker(String tensor) {
    Optional<NodeProto> node = graph.producer(tensor).map(graph::node);
    return node.isPresent()
            && Set.of("Identity", "Cast").contains(node.get().getOpType())
            && node.get().getInputCount() == 1
        ? maker(node.get().getInput(0))
        : node;
  }

  private Optional<String> statistic(String next) {
    return maker(next)
        .filter(node -> node.getOpType().equals("BatchNormalization"))
        .map(node -> "it is a running statistic of the batch normalization '" + label(node) + "'");
  }

  private static String label(NodeProto node) {
    return node.getName().isEmpty() ? node.getOutput(0) : node.getName();
  }

  /** Whether the data come by way of the next values of trained parameters alone. */
  private Optional<String> copy(String next, Sum sum, Map<String, String> trained) {
    return sum.data().isEmpty()
            || !sum.data().stream().allMatch(t -> trained.containsKey(t) && !t.equals(next))
        ? Optional.empty()
        : Optional.of(
            "it follows '" + trained.get(sum.data().get(0)) + "', as a copy or an average of it");
  }

  private Optional<String> extreme(String old, String next) {
    return maker(next)
        .filter(node -> Set.of("Max", "Min").contains(node.getOpType()))
        .filter(node -> node.getInputList().contains(old))
        .map(node -> "it is a running " + (node.getOpType().equals("Max") ? "maximum" : "minimum"));
  }

  /**
   * A next value as a sum.
   *
   * @param own the factor of the old value; NaN where it is no constant
   * @param others the sum of the factors of what depends on the data; NaN likewise
   * @param kept whether the old value is a term
   * @param data the terms that depend on the data
   * @param added whether each of these is added rather than subtracted, what is fed being positive
   * @param depends whether a derivative of one of these with respect to the old value may not be 0
   */
  private record Sum(
      double own, double others, boolean kept, List<String> data, boolean added, boolean depends) {}

  private Sum sum(String old, String next, Map<String, String> trained) {
    double own = 0;
    double others = 0;
    boolean kept = false;
    boolean added = true;
    boolean depends = false;
    List<String> data = new ArrayList<>();
    NextValue value =
        NextValue.of(
            graph,
            old,
            next,
            this::isData,
            tensor -> !tensor.equals(next) && trained.containsKey(tensor));
    for (NextValue.Term term : value.terms()) {
      if (term.tensor().equals(old)) {
        own += term.factor();
        kept = true;
      } else if (isData(term.tensor())) {
        others += term.factor();
        added &= term.constant() > 0;
        depends |= hasDerivative(old, term.tensor());
        data.add(term.tensor());
      }
    }
    return new Sum(own, others, kept, data, added, depends);
  }

  private static Optional<String> average(Sum sum) {
    boolean is =
        !sum.data().isEmpty()
            && sum.own() > 0
            && sum.own() < 1
            && sum.others() > 0
            && Math.abs(sum.own() + sum.others() - 1) < EXACT * (1 - sum.own()) + FLOAT;
    return is
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "it is an average: %s of its old value and %s of '%s'",
                text(sum.own()),
                text(sum.others()),
                sum.data().get(0)))
        : Optional.empty();
  }

  /**
   * A share of the old value and one of something else, where the shares are no constants, as with
   * a rate that is fed or counted up. A gradient would be subtracted, or depend on the value.
   */
  private Optional<String> mixture(String old, Sum sum) {
    return sum.kept()
            && Double.isNaN(sum.own())
            && !sum.data().isEmpty()
            && sum.added()
            && !flow.ancestors(sum.data()).get(flow.number(old))
        ? Optional.of(
            "it is an average: a share of its old value and one of '"
                + sum.data().get(0)
                + "', which does not depend on it")
        : Optional.empty();
  }

  private static String text(double value) {
    return new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros().toPlainString();
  }

  /** What a function or a body makes may depend on anything. */
  private boolean isHidden(String tensor) {
    return graph
        .producer(tensor)
        .map(graph::node)
        .map(
            node ->
                !(node.getDomain().isEmpty() || node.getDomain().equals(GradientOp.DOMAIN))
                    || node.getAttributeList().stream().anyMatch(AttributeProto::hasG))
        .orElse(false);
  }

  private Optional<String> made(Sum sum) {
    return sum.data().isEmpty() || sum.depends() || sum.data().stream().anyMatch(this::isHidden)
        ? Optional.empty()
        : Optional.of(
            (sum.kept() ? "it sums up '" : "it is made anew from '")
                + sum.data().get(0)
                + "', which does not depend on it");
  }

  /** Whether a tensor depends on another in a way that has a derivative. */
  private boolean hasDerivative(String of, String tensor) {
    Set<String> seen = new HashSet<>(List.of(tensor));
    Deque<String> todo = new ArrayDeque<>(List.of(tensor));
    while (!todo.isEmpty()) {
      String at = todo.remove();
      if (at.equals(of)) {
        return true;
      }
      Optional<Integer> producer = graph.producer(at);
      if (producer.isPresent() && passes(at)) {
        List<String> inputs = new ArrayList<>(graph.node(producer.get()).getInputList());
        inputs.addAll(graph.captured(producer.get()));
        GradientOp.of(graph.node(producer.get())).ifPresent(inputs::add);
        inputs.stream().filter(seen::add).forEach(todo::add);
      }
    }
    return false;
  }

  private boolean passes(String tensor) {
    Optional<NodeProto> node = graph.producer(tensor).map(graph::node);
    if (node.isEmpty()) {
      return true;
    }
    boolean toIntegers =
        node.get().getOpType().equals("Cast")
            && node.get().getAttributeList().stream()
                .filter(a -> a.getName().equals("to"))
                .map(AttributeProto::getI)
                .anyMatch(to -> to >= DataType.UINT8_VALUE && to <= DataType.BOOL_VALUE);
    return !toIntegers && !STEPS.contains(node.get().getOpType());
  }
}
