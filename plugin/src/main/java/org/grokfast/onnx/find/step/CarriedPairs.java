package org.grokfast.onnx.find.step;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.grokfast.io.NearestName;
import org.grokfast.onnx.graph.DataFlow;
import org.grokfast.onnx.graph.DataTypes;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.graph.TensorType;
import org.grokfast.rewrite.GraphRewriteException;

/**
 * Which output of a step holds the next value of which input: parameters and the optimizer's state.
 * An input may have its first value in the model, as an initializer of its name.
 *
 * <ol>
 *   <li>as the user says;
 *   <li>as an optimizer node has it, which has both among its inputs and outputs;
 *   <li>by name: {@code w} and {@code w_new}, {@code w_out}, {@code new_w} and the like;
 *   <li>by data flow: the output is the input plus or minus something, {@code w − lr·g}. Of several
 *       such inputs the nearest counts. A factor, as the weight of a loss, is no such input.
 * </ol>
 */
public final class CarriedPairs {
  private final OnnxGraph graph;
  private final DataFlow flow;
  private final UpdateTerms terms;
  private final Set<String> inputs = new LinkedHashSet<>();
  private final Set<String> fed = new HashSet<>();
  private final Set<String> outputs = new LinkedHashSet<>();
  private final Map<String, Pair> byInput = new LinkedHashMap<>();
  private final Set<String> paired = new HashSet<>();

  /**
   * A value that lasts from step to step.
   *
   * @param input the input that takes it
   * @param output the output that gives its next value
   * @param how how the two were matched
   */
  public record Pair(String input, String output, String how) {
    private static final String BY_HAND = "by hand";

    /** Whether the user matched them. */
    public boolean isByHand() {
      return how.equals(BY_HAND);
    }
  }

  /**
   * Pairs of a graph.
   *
   * @param byHand outputs by input, as the user gave them
   * @throws GraphRewriteException if a name by hand is no input or output, or the shapes differ
   */
  public CarriedPairs(OnnxGraph graph, Map<String, String> byHand) {
    this(graph, new DataFlow(graph), byHand);
  }

  CarriedPairs(OnnxGraph graph, DataFlow flow, Map<String, String> byHand) {
    this.graph = graph;
    this.flow = flow;
    this.terms = new UpdateTerms(graph, flow);
    graph.proto().getInputList().forEach(input -> inputs.add(input.getName()));
    graph.fedInputs().forEach(input -> fed.add(input.getName()));
    graph.proto().getOutputList().stream().map(ValueInfoProto::getName).forEach(outputs::add);
    byHand.forEach(this::pairByHand);
    graph.proto().getNodeList().forEach(this::pairByNode);
    outputs.forEach(this::pairByName);
    outputs.forEach(this::pairByDataFlow);
  }

  public List<Pair> all() {
    return List.copyOf(byInput.values());
  }

  public boolean isInput(String name) {
    return byInput.containsKey(name);
  }

  /** Whether an output holds the next value of an input. */
  public boolean isOutput(String name) {
    return paired.contains(name);
  }

  /** The pair of an input. */
  public Optional<Pair> of(String input) {
    return Optional.ofNullable(byInput.get(input));
  }

  /** Whether an output can be the next value of an input, by type and shape. */
  public boolean fits(String input, String output) {
    return DataTypes.precision(graph.type(input).type()).isPresent()
        && graph.type(input).fixedShape().isPresent()
        && agree(input, output);
  }

  private boolean agree(String input, String output) {
    TensorType in = graph.type(input);
    TensorType out = graph.type(output);
    return (out.type() == 0 || in.type() == out.type())
        && (out.fixedShape().isEmpty() || out.fixedShape().equals(in.fixedShape()));
  }

  private void add(Pair pair) {
    if (!byInput.containsKey(pair.input()) && !paired.contains(pair.output())) {
      byInput.put(pair.input(), pair);
      paired.add(pair.output());
    }
  }

  private void pairByHand(String input, String output) {
    require("input", input, inputs);
    require("output", output, outputs);
    if (!agree(input, output)) {
      throw new GraphRewriteException(
          "update '"
              + input
              + "="
              + output
              + "': the two differ in type or shape; name the output that holds the parameter's next"
              + " value");
    }
    add(new Pair(input, output, Pair.BY_HAND));
  }

  private static void require(String what, String name, Set<String> known) {
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

  private void pairByNode(NodeProto node) {
    OptimizerNodes.updates(node)
        .forEach(
            (in, out) -> {
              String input = node.getInput(in);
              String output = node.getOutput(out);
              if (inputs.contains(input) && outputs.contains(output)) {
                add(new Pair(input, output, "by optimizer node"));
              }
            });
  }

  private void pairByName(String output) {
    NextValueNames.inputsOf(output).stream()
        .filter(input -> inputs.contains(input) && agree(input, output))
        .findFirst()
        .ifPresent(input -> add(new Pair(input, output, "by name")));
  }

  private void pairByDataFlow(String output) {
    if (!paired.contains(output)) {
      // Inputs with a default may be constants: files of IR 3 list every initializer as an input.
      nearestTerm(output, fed)
          .or(() -> nearestTerm(output, inputs))
          .ifPresent(input -> add(new Pair(input, output, "by data flow")));
    }
  }

  private Optional<String> nearestTerm(String output, Set<String> among) {
    return terms.nearest(
        output,
        term ->
            among.contains(term)
                && !byInput.containsKey(term)
                && fits(term, output)
                && isTold(term, output));
  }

  /** A single number that is added to a loss, and goes nowhere else, looks like its next value. */
  private boolean isTold(String input, String output) {
    if (!graph.type(input).isSingle()) {
      return true;
    }
    BitSet reached = flow.descendants(List.of(input));
    return outputs.stream()
        .filter(other -> !other.equals(output) && flow.has(other))
        .anyMatch(other -> reached.get(flow.number(other)));
  }
}
