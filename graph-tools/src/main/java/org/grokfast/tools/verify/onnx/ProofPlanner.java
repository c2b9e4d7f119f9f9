package org.grokfast.tools.verify.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.onnx.find.FilteredGradient;
import org.grokfast.onnx.graph.DataFlow;
import org.grokfast.onnx.graph.DataTypes;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.graph.TensorType;
import org.grokfast.proof.Judge;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.InsertedNames;

/**
 * Decides what is computed for a proof, and makes the model that computes it: the original without
 * what the proof does not need, with losses and tensors among its outputs.
 */
final class ProofPlanner {
  private static final int MOST_LOSSES = 64;
  private static final int MOST_TENSORS = 24;
  private static final int FARTHEST = 8;

  /** What leaves a gradient what it is, up to clipping and masking. */
  private static final Set<String> HARMLESS =
      Set.of("Cast", "Clip", "Identity", "If", "Max", "Min", "Reshape", "Where");

  private static final Set<String> PRODUCTS = Set.of("Div", "Mul");

  private static final Set<String> CLIPS = Set.of("Clip", "Max", "Min", "Where", "If");

  private final ModelProto original;
  private final OnnxGraph graph;
  private final DataFlow flow;
  private final Map<String, String> outputs = new LinkedHashMap<>();

  private ProofPlanner(ModelProto original) {
    this.original = original;
    this.graph = new OnnxGraph(original.getGraph());
    this.flow = new DataFlow(graph);
  }

  /**
   * A plan and its model.
   *
   * @param plan what is computed
   * @param model what computes it
   */
  record Planned(ProofPlan plan, ModelProto model) {}

  /**
   * Plans a proof.
   *
   * @param gradients the filters of the rewritten model
   * @param metrics the outputs of the original that hold no next value
   * @param updates the outputs that are carried, by input
   * @param constants inputs that last and are not trained
   * @param loss the tensor that the user named
   * @throws GraphRewriteException if that is no tensor of the model
   */
  static Planned plan(
      ModelProto original,
      List<FilteredGradient> gradients,
      List<String> metrics,
      Map<String, String> updates,
      List<StepInput> constants,
      Optional<String> loss) {
    ProofPlanner planner = new ProofPlanner(original);
    if (loss.isPresent() && !planner.graph.has(loss.get())) {
      throw new GraphRewriteException("--loss: the graph has no tensor '" + loss.get() + "'");
    }
    List<String> candidates =
        loss.map(List::of).orElseGet(() -> planner.losses(gradients, metrics, updates));
    List<ProofPlan.Loss> losses = new ArrayList<>();
    candidates.forEach(name -> losses.add(new ProofPlan.Loss(name, planner.output(name))));
    List<ProofPlan.Site> sites = new ArrayList<>();
    gradients.forEach(gradient -> sites.add(planner.site(gradient)));
    ModelProto model = planner.model(updates);
    ProofPlan plan =
        new ProofPlan(
            losses,
            loss.isPresent(),
            metrics.stream().anyMatch(candidates::contains),
            RandomNodes.areIn(model),
            planner.rounding(),
            constants,
            sites);
    return new Planned(plan, model);
  }

  /** Of a sum of many terms, each rounded to the narrowest format that occurs. */
  private double rounding() {
    Set<Precision> formats =
        flow.names()
            .flatMap(name -> DataTypes.precision(graph.type(name).type()).stream())
            .collect(Collectors.toSet());
    if (formats.contains(Precision.BFLOAT16)) {
      return 0x1p-7;
    }
    return formats.contains(Precision.FLOAT16) ? 0x1p-10 : 0x1p-22;
  }

  private String output(String tensor) {
    return outputs.computeIfAbsent(tensor, name -> "grokfast-proof/" + outputs.size());
  }

  private boolean isReal(String tensor) {
    return DataTypes.precision(graph.type(tensor).type()).isPresent();
  }

  /**
   * Single numbers that a parameter goes into otherwise than by its gradient; outputs first. The
   * second loss of two that take turns comes behind the gradients of the first.
   */
  private List<String> losses(
      List<FilteredGradient> gradients, List<String> metrics, Map<String, String> updates) {
    BitSet possible = new BitSet();
    for (FilteredGradient gradient : gradients) {
      BitSet own = flow.descendants(List.of(parameter(gradient)));
      if (flow.has(gradient.raw())) {
        own.andNot(flow.descendants(List.of(gradient.raw())));
      }
      possible.or(own);
    }
    Set<String> all = new LinkedHashSet<>(metrics);
    flow.names().forEach(all::add);
    return all.stream()
        .filter(flow::has)
        .filter(name -> graph.producer(name).isPresent())
        .filter(name -> possible.get(flow.number(name)) && !updates.containsValue(name))
        .filter(name -> graph.type(name).isSingle() && isReal(name))
        .limit(MOST_LOSSES)
        .toList();
  }

  /** The name that the model has for a parameter; a number is appended where it was taken. */
  private String parameter(FilteredGradient gradient) {
    return parameter(gradient, graph::has);
  }

  /** The parameter; a number is appended to its name where that was taken. */
  static String parameter(FilteredGradient gradient, Predicate<String> isThere) {
    String name = gradient.parameter();
    return isThere.test(name) ? name : InsertedNames.withoutNumber(name);
  }

  private ProofPlan.Site site(FilteredGradient gradient) {
    String raw = gradient.raw();
    List<Judge.Made> tensors = new ArrayList<>(List.of(new Judge.Made(raw, "", true)));
    Set<String> seen = new HashSet<>(Set.of(raw));
    Deque<Visit> todo = new ArrayDeque<>(List.of(new Visit(List.of(raw), List.of())));
    boolean clipped = false;
    while (!todo.isEmpty()) {
      Visit visit = todo.remove();
      Optional<Integer> producer = graph.producer(visit.tensor());
      if (producer.isEmpty() || visit.path().size() >= FARTHEST) {
        continue;
      }
      NodeProto node = graph.node(producer.get());
      clipped |= CLIPS.contains(node.getOpType());
      List<Integer> path = new ArrayList<>(visit.path());
      path.add(producer.get());
      for (String input : node.getInputList()) {
        if (input.isEmpty() || !flow.has(input) || !seen.add(input)) {
          continue;
        }
        Visit next = visit.to(input, path);
        todo.add(next);
        if (tensors.size() < MOST_TENSORS
            && graph.producer(input).isPresent()
            && fits(input, raw)) {
          tensors.add(new Judge.Made(input, text(path), isHarmless(next)));
        }
      }
    }
    return new ProofPlan.Site(
        parameter(gradient),
        tensors.stream().map(tensor -> output(tensor.name())).toList(),
        tensors,
        clipped);
  }

  /**
   * A tensor that another one is made from.
   *
   * @param tensors the tensors from that one to this one
   * @param path the nodes between them
   */
  private record Visit(List<String> tensors, List<Integer> path) {
    String tensor() {
      return tensors.get(tensors.size() - 1);
    }

    Visit to(String input, List<Integer> longer) {
      List<String> more = new ArrayList<>(tensors);
      more.add(input);
      return new Visit(more, longer);
    }
  }

  /**
   * Whether a tensor may have the elements of another. Of what the model does not know, as what
   * ONNX Runtime's own operators make, the run tells.
   */
  private boolean fits(String tensor, String other) {
    TensorType type = graph.type(tensor);
    if (type.shape().isEmpty()) {
      return type.type() == 0 || isReal(tensor);
    }
    return isReal(tensor)
        && type.fixedShape().isPresent()
        && elements(type).equals(elements(graph.type(other)));
  }

  private static Optional<Long> elements(TensorType type) {
    return type.fixedShape().map(shape -> shape.stream().reduce(1L, (a, b) -> a * b));
  }

  private String text(List<Integer> path) {
    return path.stream()
        .map(id -> graph.node(id).getOpType() + " '" + graph.label(id) + "'")
        .collect(Collectors.joining(", "));
  }

  /** Whether what stands between leaves a gradient what it is, up to clipping and masking. */
  private boolean isHarmless(Visit visit) {
    List<String> ops = visit.path().stream().map(id -> graph.node(id).getOpType()).toList();
    for (int i = 0; i < ops.size(); i++) {
      int behind = i;
      while (behind < ops.size() && PRODUCTS.contains(ops.get(behind))) {
        behind++;
      }
      if (behind == i ? !HARMLESS.contains(ops.get(i)) : !isShorter(visit.tensors(), i, behind)) {
        return false;
      }
      i = Math.max(i, behind - 1);
    }
    return true;
  }

  /** Whether products shorten a tensor, or its rows, by factors that bound it. */
  private boolean isShorter(List<String> tensors, int to, int from) {
    return FilteredGradient.isShortened(graph, flow, tensors.get(from), tensors.get(to));
  }

  /** The original's nodes that are needed, with the tensors of the proof among the outputs. */
  private ModelProto model(Map<String, String> updates) {
    Set<String> wanted = new LinkedHashSet<>(outputs.keySet());
    wanted.addAll(updates.values());
    Set<String> needed = new HashSet<>(wanted);
    GraphProto source = original.getGraph();
    List<NodeProto> kept = new ArrayList<>();
    for (int id = graph.size() - 1; id >= 0; id--) {
      NodeProto node = graph.node(id);
      if (node.getOutputList().stream().anyMatch(needed::contains)) {
        kept.add(0, node);
        needed.addAll(node.getInputList());
        needed.addAll(graph.captured(id));
      }
    }
    GraphProto.Builder result =
        source.toBuilder().clearNode().clearOutput().clearInput().clearValueInfo();
    source.getInputList().stream()
        .filter(input -> needed.contains(input.getName()))
        .forEach(result::addInput);
    result.addAllNode(kept);
    source.getOutputList().stream()
        .filter(output -> updates.containsValue(output.getName()))
        .forEach(result::addOutput);
    outputs.forEach(
        (tensor, name) -> {
          result.addNode(
              NodeProto.newBuilder()
                  .setName(name)
                  .setOpType("Identity")
                  .addInput(tensor)
                  .addOutput(name));
          result.addOutput(ValueInfoProto.newBuilder().setName(name));
        });
    return RandomNodes.seeded(original.toBuilder().clearTrainingInfo().setGraph(result).build());
  }
}
