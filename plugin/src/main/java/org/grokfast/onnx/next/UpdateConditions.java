package org.grokfast.onnx.next;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.graph.OnnxGraph.Consumer;
import org.grokfast.rewrite.GradientEdge;

/**
 * The scalar conditions on which a step makes use of a gradient:
 *
 * <pre>
 *   w1    = Sub(w, s)
 *   w_new = Where(ok, w1, w)
 * </pre>
 *
 * <p>Where {@code ok} is false, the update is skipped. A condition counts if without it the
 * gradient reaches nothing that lasts: what is summed up over several steps, or goes into momentum
 * that moves in every step, is used in every step, though the weights may wait.
 */
public final class UpdateConditions {
  /** What gives on a condition, turned round or in another shape. */
  private static final Set<String> SAME_CONDITION =
      Set.of("Identity", "Not", "Squeeze", "Unsqueeze", "Reshape");

  /** What is asked of a gradient in order to decide on it, rather than used. */
  private static final Set<String> TESTS = Set.of("IsInf", "IsNaN");

  private static final Set<String> COMPARISONS =
      Set.of("Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual");

  private final OnnxGraph graph;
  private final Set<String> lasting;

  /**
   * Conditions in one graph.
   *
   * @param lasting the outputs that hold next values
   */
  public UpdateConditions(OnnxGraph graph, Collection<String> lasting) {
    this.graph = graph;
    this.lasting = Set.copyOf(lasting);
  }

  /**
   * A condition.
   *
   * @param tensor a boolean tensor of one element
   * @param value what it is in a step that makes the update
   */
  public record Condition(String tensor, boolean value) {
    /** For people: {@code 'ok' is true}. */
    public String text() {
      return "'" + tensor + "' is " + value;
    }

    private Condition not() {
      return new Condition(tensor, !value);
    }
  }

  /**
   * The conditions that all have to hold for a gradient to be used; none for most steps.
   *
   * @param gradient the inputs that take the gradient on its way to what lasts
   */
  public Set<Condition> of(List<GradientEdge> gradient) {
    if (gradient.stream().anyMatch(GradientEdge::isOutput)) {
      // It lasts by itself, in every step.
      return Set.of();
    }
    List<Consumer> taking =
        gradient.stream().map(e -> new Consumer(graph.id(e.node()), e.input())).toList();
    Set<Condition> found = new LinkedHashSet<>();
    // What stands on all ways stands on any one.
    for (int node : way(taking, Optional.empty())) {
      if (isChoice(node)) {
        Condition condition = source(graph.node(node).getInput(0));
        if (way(taking, Optional.of(condition)).isEmpty()) {
          found.add(condition.not());
        } else if (way(taking, Optional.of(condition.not())).isEmpty()) {
          found.add(condition);
        }
      }
    }
    return found;
  }

  /**
   * How a gradient gets to a tensor.
   *
   * @param tensor where it is
   * @param node the node that makes that
   * @param before how it gets there; null at the gradient itself
   */
  private record Way(String tensor, int node, Way before) {
    List<Integer> nodes() {
      List<Integer> nodes = new ArrayList<>();
      for (Way at = this; at.before() != null; at = at.before()) {
        nodes.add(at.node());
      }
      return nodes;
    }
  }

  /** The nodes of a way to what lasts, in a step in which something holds; empty for none. */
  private List<Integer> way(List<Consumer> taking, Optional<Condition> holding) {
    Set<String> seen = new HashSet<>();
    Deque<Way> todo = new ArrayDeque<>();
    for (Consumer each : taking) {
      String gradient = graph.node(each.node()).getInput(each.input());
      todo.addAll(through(each, new Way(gradient, each.node(), null), holding, seen));
    }
    while (!todo.isEmpty()) {
      Way way = todo.remove();
      if (lasting.contains(way.tensor())) {
        return way.nodes();
      }
      graph.consumers(way.tensor()).forEach(next -> todo.addAll(through(next, way, holding, seen)));
    }
    return List.of();
  }

  /** The ways on through a node to tensors that weren't seen. */
  private List<Way> through(
      Consumer consumer, Way way, Optional<Condition> holding, Set<String> seen) {
    return passes(consumer, way.tensor(), holding)
        ? graph.node(consumer.node()).getOutputList().stream()
            .filter(output -> !output.isEmpty() && seen.add(output))
            .map(output -> new Way(output, consumer.node(), way))
            .toList()
        : List.of();
  }

  /** Whether what a node gives depends on the value of an input, and not by a decision alone. */
  private boolean passes(Consumer consumer, String tensor, Optional<Condition> holding) {
    NodeProto node = graph.node(consumer.node());
    if (!isChoice(consumer.node())) {
      return !node.getDomain().isEmpty() || !decides(node);
    }
    if (consumer.input() == 0) {
      return false;
    }
    Condition own = source(node.getInput(0));
    if (holding.isEmpty() || !own.tensor().equals(holding.get().tensor())) {
      return true;
    }
    boolean taken = own.value() == holding.get().value();
    return node.getOpType().equals("Where")
        ? consumer.input() == (taken ? 1 : 2)
        : node.getAttributeList().stream()
            .filter(body -> body.getName().equals(taken ? "then_branch" : "else_branch"))
            .anyMatch(body -> mentions(body.getG(), tensor));
  }

  private boolean decides(NodeProto node) {
    return TESTS.contains(node.getOpType())
        || (COMPARISONS.contains(node.getOpType()) && graph.type(node.getOutput(0)).isSingle());
  }

  /** A choice by one condition for all elements. */
  private boolean isChoice(int id) {
    NodeProto node = graph.node(id);
    return node.getDomain().isEmpty()
        && (node.getOpType().equals("Where") || node.getOpType().equals("If"))
        && node.getInputCount() > 0
        && graph.type(node.getInput(0)).isSingle();
  }

  /** What a condition is another form of; its value where the condition is true. */
  private Condition source(String condition) {
    Condition at = new Condition(condition, true);
    var producer = graph.producer(condition).map(graph::node);
    while (producer.isPresent()
        && SAME_CONDITION.contains(producer.get().getOpType())
        && producer.get().getInputCount() > 0) {
      boolean turned = producer.get().getOpType().equals("Not");
      at = new Condition(producer.get().getInput(0), at.value() != turned);
      producer = graph.producer(at.tensor()).map(graph::node);
    }
    return at;
  }

  private static boolean mentions(GraphProto body, String tensor) {
    return body.getOutputList().stream().anyMatch(output -> output.getName().equals(tensor))
        || body.getNodeList().stream()
            .anyMatch(
                node ->
                    node.getInputList().contains(tensor)
                        || node.getAttributeList().stream()
                            .filter(AttributeProto::hasG)
                            .anyMatch(inner -> mentions(inner.getG(), tensor)));
  }
}
