package org.grokfast.onnx.find.step;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.grokfast.onnx.find.step.CarriedPairs.Pair;
import org.grokfast.onnx.graph.DataFlow;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.rewrite.coverage.Reason;
import org.grokfast.text.ShellWord;

/**
 * Gradients that are summed up over several runs of a step, until a condition lets the weights take
 * the sum and begins it anew:
 *
 * <pre>
 *   sum     = acc + g
 *   w_new   = done ? w − lr·sum : w
 *   acc_new = done ? 0 : sum
 * </pre>
 *
 * <p>The filter belongs behind the sum, and its state would have to rest in all other runs. What is
 * skipped and begun anew by one condition, as where a loss is not finite, is no such sum: there the
 * weights stay where the state is dropped.
 *
 * <p>The cases of its test:
 *
 * <ol>
 *   <li>A sum that the weights take by a condition is a near-miss.
 *   <li>So is one that factors let in and begin anew.
 *   <li>So is one that the bodies of an If choose.
 *   <li>A step that drops its state where it is skipped accumulates nothing.
 *   <li>Nor does one that keeps its state where it is skipped.
 *   <li>Nor does one that begins its momentum anew now and then.
 * </ol>
 */
public final class Accumulation {
  private static final Set<String> PASSED =
      Set.of("Identity", "Cast", "Reshape", "Add", "Sum", "Sub", "Mul", "Div");
  private static final Set<String> COPIES =
      Set.of("Identity", "Cast", "Reshape", "Squeeze", "Unsqueeze", "Expand");
  private static final Set<String> CONDITIONS =
      Set.of("Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "And", "Or", "Xor");

  private final OnnxGraph graph;
  private final DataFlow flow;
  private final CarriedPairs pairs;
  private final StepRoles roles;

  public Accumulation(TrainingModel model) {
    this.graph = model.graph();
    this.flow = model.flow();
    this.pairs = model.pairs();
    this.roles = model.roles();
  }

  /** Why a gradient is only a part of what a parameter's update takes; empty if it is all. */
  public Optional<Reason> of(Pair parameter, String gradient) {
    if (!isChosen(parameter.output())) {
      return Optional.empty();
    }
    BitSet behind = flow.descendants(List.of(gradient));
    return pairs.all().stream()
        .filter(roles::isState)
        .filter(
            state ->
                graph.type(state.input()).shape().equals(graph.type(parameter.input()).shape()))
        .filter(state -> behind.get(flow.number(state.output())))
        .filter(state -> sums(state, parameter))
        .findFirst()
        .map(
            state ->
                Reason.of(
                    "the update of '"
                        + parameter.input()
                        + "' takes what '"
                        + state.input()
                        + "' has summed up over several runs of the step, and a filter of '"
                        + gradient
                        + "' would act on each part",
                    "average the parts within one run, or filter each with --gradient "
                        + ShellWord.of(parameter.input() + "=" + gradient)));
  }

  private boolean sums(Pair state, Pair parameter) {
    BitSet after = flow.descendants(List.of(state.input()));
    Set<String> moves = new HashSet<>();
    Set<String> begins = new HashSet<>();
    gates(parameter.output(), after).forEach(gate -> moves.add(gate.open()));
    gates(state.output(), after).forEach(gate -> begins.add(gate.shut()));
    moves.retainAll(begins);
    return !moves.isEmpty();
  }

  /**
   * A condition that lets a state into a tensor.
   *
   * @param open what has to hold, spelled so that equal conditions are equal
   * @param shut its opposite
   */
  private record Gate(String open, String shut) {
    static Gate of(String condition, boolean holds) {
      return holds
          ? new Gate(condition, "not " + condition)
          : new Gate("not " + condition, condition);
    }
  }

  /** Whether a condition has to do with a tensor at all: most steps end here. */
  private boolean isChosen(String tensor) {
    BitSet all = new BitSet();
    all.set(0, (int) flow.names().count());
    return before(tensor).stream()
        .anyMatch(
            node ->
                Set.of("Where", "If").contains(node.getOpType()) || !gates(node, all).isEmpty());
  }

  private Set<Gate> gates(String tensor, BitSet after) {
    Set<Gate> gates = new HashSet<>();
    before(tensor).forEach(node -> gates.addAll(gates(node, after)));
    return gates;
  }

  /** The nodes by which a tensor is a sum, a multiple or a choice. */
  private Set<NodeProto> before(String tensor) {
    Set<NodeProto> nodes = new HashSet<>();
    Set<String> seen = new HashSet<>(Set.of(tensor));
    Deque<String> todo = new ArrayDeque<>(seen);
    while (!todo.isEmpty()) {
      NodeProto node = maker(todo.remove());
      if (node.getOpType().equals("If")) {
        nodes.add(node);
      } else if (PASSED.contains(node.getOpType()) || node.getOpType().equals("Where")) {
        nodes.add(node);
        node.getInputList().stream().filter(seen::add).forEach(todo::add);
      }
    }
    return nodes;
  }

  private List<Gate> gates(NodeProto node, BitSet after) {
    List<String> inputs = node.getInputList();
    if (node.getOpType().equals("Where") && inputs.size() == 3) {
      boolean first = flow.isIn(inputs.get(1), after);
      return first == flow.isIn(inputs.get(2), after)
          ? List.of()
          : condition(inputs.get(0), first).map(List::of).orElse(List.of());
    }
    if (node.getOpType().equals("If") && inputs.size() == 1) {
      boolean first = takes(node, "then_branch", after);
      return first == takes(node, "else_branch", after)
          ? List.of()
          : condition(inputs.get(0), first).map(List::of).orElse(List.of());
    }
    if (node.getOpType().equals("Mul")) {
      return inputs.stream()
          .filter(factor -> inputs.stream().anyMatch(o -> !o.equals(factor) && flow.isIn(o, after)))
          .flatMap(factor -> condition(factor, true).stream())
          .toList();
    }
    return List.of();
  }

  /** Whether a body takes one of some tensors from outside. */
  private boolean takes(NodeProto node, String branch, BitSet tensors) {
    return node.getAttributeList().stream()
        .filter(attribute -> attribute.getName().equals(branch))
        .flatMap(attribute -> attribute.getG().getNodeList().stream())
        .flatMap(inner -> inner.getInputList().stream())
        .anyMatch(name -> flow.isIn(name, tensors));
  }

  /** The condition that a single number or truth value is made from. */
  private Optional<Gate> condition(String tensor, boolean holds) {
    String at = tensor;
    boolean sign = holds;
    while (true) {
      NodeProto node = maker(at);
      if (COPIES.contains(node.getOpType())) {
        at = node.getInput(0);
      } else if (node.getOpType().equals("Not")) {
        at = node.getInput(0);
        sign = !sign;
      } else if (node.getOpType().equals("Sub") && !flow.has(node.getInput(0))) {
        // One minus a truth value, as a number.
        at = node.getInput(1);
        sign = !sign;
      } else if (CONDITIONS.contains(node.getOpType()) && graph.type(at).isSingle()) {
        return Optional.of(Gate.of(node.getOpType() + node.getInputList(), sign));
      } else {
        boolean told = graph.type(at).type() == DataType.BOOL_VALUE && graph.type(at).isSingle();
        return told ? Optional.of(Gate.of(at, sign)) : Optional.empty();
      }
    }
  }

  private NodeProto maker(String tensor) {
    return graph.producer(tensor).map(graph::node).orElse(NodeProto.getDefaultInstance());
  }
}
