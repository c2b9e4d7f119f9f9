package org.grokfast.onnx.find;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.grokfast.onnx.find.step.TrainingModel;
import org.grokfast.onnx.graph.DataFlow;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.rewrite.coverage.Reason;
import org.grokfast.text.ShellWord;

/**
 * Weight decay that a step adds to the gradient in front of an optimizer node: {@code g + wd·w}.
 * The filter stands before it, as it does before a decay that the node adds by itself. What depends
 * on the weights, but not on the data, is such a decay, whatever function of the weights it is.
 */
final class CoupledDecay {
  private static final Set<String> SUMS = Set.of("Add", "Sum", "Sub");
  private static final Set<String> PASSED =
      Set.of("Identity", "Cast", "Mul", "Div", "Neg", "Clip", "Min", "Max", "Where");

  private final OnnxGraph graph;
  private final DataFlow flow;
  private final BitSet fromData;
  private final Predicate<String> isForward;

  /**
   * Decay in a graph.
   *
   * @param fromData the tensors that depend on the data, by number
   * @param isForward whether a loss depends on a tensor: sums in the network are no decay
   */
  CoupledDecay(OnnxGraph graph, DataFlow flow, BitSet fromData, Predicate<String> isForward) {
    this.graph = graph;
    this.flow = flow;
    this.fromData = fromData;
    this.isForward = isForward;
  }

  /**
   * Decay in a model's own graph.
   *
   * @param gradient what an optimizer takes; where no data go into it, every array that is fed and
   *     not carried counts as data
   */
  static CoupledDecay of(TrainingModel model, String gradient) {
    DataFlow flow = model.flow();
    BitSet fromData = flow.descendants(model.roles().data());
    if (flow.has(gradient) && !fromData.get(flow.number(gradient))) {
      fromData =
          flow.descendants(
              model.graph().fedInputs().stream()
                  .map(ValueInfoProto::getName)
                  .filter(input -> !model.pairs().isInput(input))
                  .filter(input -> !model.graph().type(input).isSingle())
                  .toList());
    }
    return new CoupledDecay(model.graph(), flow, fromData, tensor -> isForward(model, tensor));
  }

  /** Whether a tensor goes into every metric that the data reach; a norm alone is not enough. */
  private static boolean isForward(TrainingModel model, String tensor) {
    DataFlow flow = model.flow();
    BitSet fromData = flow.descendants(model.roles().data());
    BitSet reached = flow.descendants(List.of(tensor), model.roles().written());
    List<String> metrics =
        model.roles().metrics().stream()
            .filter(metric -> fromData.get(flow.number(metric)))
            .toList();
    return !metrics.isEmpty()
        && metrics.stream().allMatch(metric -> reached.get(flow.number(metric)));
  }

  /** The gradient of some weights without what makes them decay. */
  String without(String gradient, String weights) {
    String at = gradient;
    Optional<String> next = term(at, weights);
    while (next.isPresent()) {
      at = next.get();
      next = term(at, weights);
    }
    return at;
  }

  /** The one term of a sum that depends on the data, where all others are decay. */
  private Optional<String> term(String tensor, String weights) {
    NodeProto node = maker(tensor);
    List<String> terms = node.getInputList();
    List<Integer> data =
        IntStream.range(0, terms.size()).filter(i -> isData(terms.get(i))).boxed().toList();
    boolean decays =
        SUMS.contains(node.getOpType())
            && data.size() == 1
            && terms.size() > 1
            && terms.stream().allMatch(term -> isData(term) || isMadeOf(term, weights))
            && !isForward.test(tensor);
    // What is subtracted has the other sign than the gradient that the node takes.
    boolean subtracted = node.getOpType().equals("Sub") && data.contains(1);
    return decays && !subtracted ? Optional.of(terms.get(data.get(0))) : Optional.empty();
  }

  /** Why a gradient can't be told from decay; empty if no decay has gone into it. */
  Optional<Reason> fault(String gradient, String weights) {
    return decay(gradient, weights)
        .map(
            term ->
                Reason.of(
                    "the gradient '"
                        + gradient
                        + "' of '"
                        + weights
                        + "' has weight decay in it ('"
                        + term
                        + "'), and the filter belongs before that",
                    "name the gradient without it with --gradient "
                        + ShellWord.of(weights + "=TENSOR")));
  }

  private Optional<String> decay(String gradient, String weights) {
    Set<String> seen = new HashSet<>(Set.of(gradient));
    Deque<String> todo = new ArrayDeque<>(seen);
    while (!todo.isEmpty()) {
      String at = todo.remove();
      NodeProto node = maker(at);
      boolean sum = SUMS.contains(node.getOpType());
      if ((!sum && !PASSED.contains(node.getOpType())) || isForward.test(at)) {
        continue;
      }
      for (String term : node.getInputList()) {
        if (sum && !isData(term) && isMadeOf(term, weights)) {
          return Optional.of(term);
        }
        if (isData(term) && seen.add(term)) {
          todo.add(term);
        }
      }
    }
    return Optional.empty();
  }

  private NodeProto maker(String tensor) {
    return graph.producer(tensor).map(graph::node).orElse(NodeProto.getDefaultInstance());
  }

  private boolean isData(String tensor) {
    return flow.isIn(tensor, fromData);
  }

  private boolean isMadeOf(String tensor, String weights) {
    Set<String> seen = new HashSet<>(Set.of(tensor));
    Deque<String> todo = new ArrayDeque<>(seen);
    while (!todo.isEmpty()) {
      String at = todo.remove();
      if (at.equals(weights)) {
        return true;
      }
      maker(at).getInputList().stream().filter(seen::add).forEach(todo::add);
    }
    return false;
  }
}
