package org.grokfast.onnx.find;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.grokfast.io.NearestName;
import org.grokfast.onnx.graph.DataTypes;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.graph.TensorType;
import org.grokfast.rewrite.GraphRewriteException;

/**
 * Which output of a step holds the next value of which input: parameters and the optimizer's state.
 *
 * <ol>
 *   <li>as the user says;
 *   <li>as an optimizer node has it: it takes the one and gives the other;
 *   <li>by name: {@code w} and {@code w_new}, {@code w_out}, {@code new_w} and the like;
 *   <li>by data flow: the output is the input plus or minus something, {@code w − lr·g}. Of several
 *       such inputs the nearest counts.
 * </ol>
 */
public final class CarriedPairs {
  private static final List<String> SUFFIXES =
      List.of("_new", ".new", "/new", "_out", ".out", "_next", ".next", "_updated", ".updated");
  private static final List<String> PREFIXES = List.of("new_", "new.", "next_", "updated_");
  private static final int FARTHEST = 64;

  private final OnnxGraph graph;
  private final Map<String, Pair> byInput = new LinkedHashMap<>();
  private final Set<String> paired = new HashSet<>();

  /**
   * A value that lasts from step to step.
   *
   * @param input the input that takes it
   * @param output the output that gives its next value
   * @param how how the two were matched
   */
  public record Pair(String input, String output, String how) {}

  /**
   * Pairs of a graph.
   *
   * @param byHand outputs by input, as the user gave them
   * @throws GraphRewriteException if a name by hand is no input or output, or the shapes differ
   */
  public CarriedPairs(OnnxGraph graph, Map<String, String> byHand) {
    this.graph = graph;
    byHand.forEach(this::byHand);
    List<String> outputs =
        graph.proto().getOutputList().stream().map(ValueInfoProto::getName).toList();
    Map<String, ValueInfoProto> inputs = new LinkedHashMap<>();
    graph.fedInputs().forEach(input -> inputs.put(input.getName(), input));
    for (NodeProto node : graph.proto().getNodeList()) {
      OptimizerNodeRule.updates(node)
          .forEach((in, out) -> byNode(node.getInput(in), node.getOutput(out), inputs, outputs));
    }
    for (String output : outputs) {
      candidates(output).stream()
          .filter(inputs::containsKey)
          .filter(input -> fit(input, output))
          .findFirst()
          .ifPresent(input -> add(new Pair(input, output, "by name")));
    }
    for (String output : outputs) {
      if (!paired.contains(output)) {
        nearestTerm(output, inputs.keySet())
            .ifPresent(input -> add(new Pair(input, output, "by data flow")));
      }
    }
  }

  public List<Pair> all() {
    return List.copyOf(byInput.values());
  }

  public boolean isInput(String name) {
    return byInput.containsKey(name);
  }

  boolean isOutput(String name) {
    return paired.contains(name);
  }

  Optional<Pair> of(String input) {
    return Optional.ofNullable(byInput.get(input));
  }

  private void add(Pair pair) {
    if (!byInput.containsKey(pair.input()) && !paired.contains(pair.output())) {
      byInput.put(pair.input(), pair);
      paired.add(pair.output());
    }
  }

  private void byNode(
      String input, String output, Map<String, ValueInfoProto> inputs, List<String> outputs) {
    if (inputs.containsKey(input) && outputs.contains(output)) {
      add(new Pair(input, output, "by optimizer node"));
    }
  }

  private void byHand(String input, String output) {
    List<String> inputs = graph.fedInputs().stream().map(ValueInfoProto::getName).toList();
    List<String> outputs =
        graph.proto().getOutputList().stream().map(ValueInfoProto::getName).toList();
    require("input", input, inputs);
    require("output", output, outputs);
    if (!fit(input, output)) {
      throw new GraphRewriteException(
          "update '"
              + input
              + "="
              + output
              + "': the two differ in type or shape; name the output that holds the parameter's next"
              + " value");
    }
    add(new Pair(input, output, "by hand"));
  }

  private static void require(String what, String name, List<String> known) {
    if (!known.contains(name)) {
      throw new GraphRewriteException(
          "update: '"
              + name
              + "' is no "
              + what
              + " of the graph"
              + NearestName.of(name, known.stream())
                  .map(near -> "; did you mean '" + near + "'?")
                  .orElse("; the " + what + "s are " + known.stream().limit(12).toList()));
    }
  }

  private static List<String> candidates(String output) {
    List<String> candidates = new ArrayList<>();
    for (String suffix : SUFFIXES) {
      if (output.endsWith(suffix) && output.length() > suffix.length()) {
        candidates.add(output.substring(0, output.length() - suffix.length()));
      }
    }
    for (String prefix : PREFIXES) {
      if (output.startsWith(prefix) && output.length() > prefix.length()) {
        candidates.add(output.substring(prefix.length()));
      }
    }
    return candidates;
  }

  private boolean fit(String input, String output) {
    TensorType in = graph.type(input);
    TensorType out = graph.type(output);
    return (out.type() == 0 || in.type() == out.type())
        && (out.fixedShape().isEmpty() || out.fixedShape().equals(in.fixedShape()));
  }

  private Optional<String> nearestTerm(String output, Set<String> inputs) {
    Map<String, Integer> distance = new HashMap<>();
    Deque<String> todo = new ArrayDeque<>();
    todo.add(output);
    distance.put(output, 0);
    int found = Integer.MAX_VALUE;
    List<String> nearest = new ArrayList<>();
    while (!todo.isEmpty()) {
      String at = todo.remove();
      int steps = distance.get(at);
      if (steps > Math.min(found, FARTHEST)) {
        break;
      }
      if (inputs.contains(at) && !byInput.containsKey(at) && fits(at, output)) {
        found = steps;
        nearest.add(at);
        continue;
      }
      for (String term : terms(at)) {
        if (distance.putIfAbsent(term, steps + 1) == null) {
          todo.add(term);
        }
      }
    }
    return nearest.size() == 1 ? Optional.of(nearest.get(0)) : Optional.empty();
  }

  /** Whether an output can be the next value of an input, by type and shape. */
  boolean fits(String input, String output) {
    return DataTypes.precision(graph.type(input).type()).isPresent()
        && graph.type(input).fixedShape().isPresent()
        && fit(input, output);
  }

  /** Whether a tensor is an input plus or minus something: its update rather than its gradient. */
  boolean isUpdate(String tensor, String input) {
    Set<String> seen = new HashSet<>();
    Deque<String> todo = new ArrayDeque<>(List.of(tensor));
    while (!todo.isEmpty()) {
      String at = todo.remove();
      if (at.equals(input)) {
        return true;
      }
      if (seen.add(at)) {
        todo.addAll(terms(at));
      }
    }
    return false;
  }

  /** What a tensor is a sum, a difference, a choice or a multiple of. */
  private List<String> terms(String tensor) {
    Optional<Integer> producer = graph.producer(tensor);
    if (producer.isEmpty()) {
      return List.of();
    }
    NodeProto node = graph.node(producer.get());
    return switch (node.getOpType()) {
      case "Add", "Sum", "Identity", "Cast", "Mul" -> node.getInputList();
      case "Sub", "Div", "Reshape", "Transpose", "Squeeze", "Unsqueeze", "Flatten" ->
          node.getInputList().subList(0, Math.min(1, node.getInputCount()));
      case "Where" -> node.getInputList().subList(1, node.getInputCount());
      default -> List.of();
    };
  }
}
