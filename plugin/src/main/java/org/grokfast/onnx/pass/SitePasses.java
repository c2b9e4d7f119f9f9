package org.grokfast.onnx.pass;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.grokfast.onnx.emit.PassPlace;
import org.grokfast.onnx.find.step.OptimizerNodes;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.graph.OnnxGraph.Consumer;
import org.grokfast.pass.Action;
import org.grokfast.pass.StepPass;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.RewritePlan.PlannedSite;

/** Finds the places of the passes of one graph. */
final class SitePasses {
  /** The first inputs of an optimizer of ONNX's own. */
  private static final int RATE = 0;

  private static final int STEP = 1;

  /** What makes weights smaller in such a node, and how much smaller its rate gets. */
  private static final List<String> SHRINKING =
      List.of("norm_coefficient", "norm_coefficient_post");

  private static final String FADING = "decay_factor";

  /** How many names a note shows. */
  private static final int SHOWN = 8;

  private final OnnxGraph graph;
  private final Map<String, String> carried;
  private final NextValueUses uses;
  private final Map<StepPass, Set<String>> watching = new LinkedHashMap<>();
  private final Set<String> hazards = new LinkedHashSet<>();

  /**
   * Places in one graph.
   *
   * @param carried the outputs that hold next values, by what they are the next values of
   * @param trained the parameters
   */
  SitePasses(OnnxGraph graph, Map<String, String> carried, Set<String> trained) {
    this.graph = graph;
    this.carried = Map.copyOf(carried);
    this.uses = new NextValueUses(graph, carried, trained);
  }

  /**
   * The place of a site's passes.
   *
   * @throws GraphRewriteException if one is not possible there
   */
  PassPlace place(PlannedSite planned) {
    Optional<PassPlace.Optimizer> optimizer = Optional.empty();
    for (StepPass pass : planned.passes()) {
      if (!pass.actions(Action.Moment.AFTER).isEmpty()) {
        requireFollowed(pass, planned);
      }
      if (pass.needsRate()) {
        optimizer = Optional.of(optimizer(pass, planned));
      }
    }
    return new PassPlace(carried.getOrDefault(planned.site().variable().name(), ""), optimizer);
  }

  /** Notes on the places that were found. */
  List<String> notes() {
    List<String> notes = new ArrayList<>(hazards);
    watching.forEach(
        (pass, nodes) ->
            notes.add(
                pass.kind().name()
                    + ": "
                    + nodes.stream()
                        .limit(SHOWN)
                        .map(node -> "'" + node + "'")
                        .collect(Collectors.joining(", "))
                    + (nodes.size() > SHOWN ? " and " + (nodes.size() - SHOWN) + " more" : "")
                    + (nodes.size() == 1 ? " takes" : " take")
                    + " next values as the update makes them, before the pass"));
    return notes;
  }

  private static GraphRewriteException refusal(StepPass pass, PlannedSite planned, String why) {
    return new GraphRewriteException(
        pass.refusal(planned.site().variable().name(), planned.site().anchor(), why));
  }

  /** The next value has to be made by a node, and nobody may train on with it in the step. */
  private void requireFollowed(StepPass pass, PlannedSite planned) {
    String next = carried.getOrDefault(planned.site().variable().name(), "");
    if (next.isEmpty()) {
      throw refusal(
          pass,
          planned,
          "no output is known to hold the next value; name it with --update "
              + planned.site().variable().name()
              + "=OUTPUT");
    }
    if (graph.producer(next).isEmpty()) {
      throw refusal(pass, planned, "no node makes its next value '" + next + "'");
    }
    for (Consumer consumer : optimizers(planned)) {
      NodeProto node = graph.node(consumer.node());
      Optional<String> copy = OptimizerNodes.narrowCopy(node, consumer.input());
      if (copy.isPresent()) {
        throw refusal(
            pass,
            planned,
            node.getOpType()
                + " makes a narrow copy of its next value itself, '"
                + copy.get()
                + "'");
      }
    }
    Optional<String> twin = uses.twin(next);
    if (twin.isPresent()) {
      throw refusal(
          pass,
          planned,
          "its next value is that of '" + twin.get() + "' too, which the pass would not change");
    }
    if (!uses.goesInto(planned.site().variable().name(), next, planned.site().edges())) {
      throw refusal(
          pass, planned, "its next value '" + next + "' is made from other weights than itself");
    }
    for (NextValueUses.Use use : uses.of(next)) {
      String node = graph.label(use.node());
      if (use.inBody()) {
        throw refusal(pass, planned, "a body of '" + node + "' takes its next value");
      }
      if (use.parameter().isPresent()) {
        throw refusal(
            pass,
            planned,
            "'"
                + node
                + "' takes its next value in the same step, and the next value of '"
                + use.parameter().get()
                + "' comes of that");
      }
      watching.computeIfAbsent(pass, key -> new LinkedHashSet<>()).add(node);
    }
  }

  /** The inputs by which optimizer nodes take the parameter itself. */
  private List<Consumer> optimizers(PlannedSite planned) {
    return graph.consumers(planned.site().variable().name()).stream()
        .filter(each -> OptimizerNodes.weights(graph.node(each.node())).contains(each.input()))
        .toList();
  }

  /** The optimizer node that takes the parameter itself. */
  private PassPlace.Optimizer optimizer(StepPass pass, PlannedSite planned) {
    List<Consumer> taking = optimizers(planned);
    if (taking.size() != 1 || !OptimizerNodes.isOfOnnx(graph.node(taking.get(0).node()))) {
      throw refusal(
          pass,
          planned,
          "no Adagrad, Momentum or Adam node of ai.onnx.preview.training makes its update ("
              + planned.site().evidence().text()
              + "), so that which number is the learning rate is not known for certain");
    }
    Consumer weights = taking.get(0);
    NodeProto node = graph.node(weights.node());
    String label = graph.label(weights.node());
    if (pass.shrinks()) {
      nameOthers(pass, planned, weights);
    }
    if (node.getInput(RATE).isEmpty() || node.getInput(STEP).isEmpty()) {
      throw refusal(pass, planned, node.getOpType() + " takes no learning rate or no step");
    }
    double by = number(node, FADING);
    return new PassPlace.Optimizer(
        new GradientEdge(label, weights.input()),
        node.getInput(RATE),
        by == 0 ? Optional.empty() : Optional.of(new PassPlace.Fading(node.getInput(STEP), by)));
  }

  /** What makes weights smaller already does so still. */
  private void nameOthers(StepPass pass, PlannedSite planned, Consumer weights) {
    NodeProto node = graph.node(weights.node());
    String label = graph.label(weights.node());
    String both =
        ", so that weights may shrink twice: leave --" + pass.kind().name() + " out, or that";
    List<String> shrinking = SHRINKING.stream().filter(name -> number(node, name) != 0).toList();
    if (!shrinking.isEmpty()) {
      hazards.add(
          "hazard: '"
              + label
              + "' ("
              + node.getOpType()
              + ") makes weights smaller itself by "
              + String.join(" and ", shrinking)
              + both);
    }
    String parameter = planned.site().variable().name();
    String tensor = carried.getOrDefault(parameter, "");
    Optional<Integer> producer = graph.producer(tensor);
    while (producer.isPresent() && NextValueUses.isSame(graph.node(producer.get()))) {
      producer = graph.producer(graph.node(producer.get()).getInput(0));
    }
    producer
        .filter(id -> id != weights.node())
        .ifPresent(
            id ->
                hazards.add(
                    "hazard: '"
                        + graph.label(id)
                        + "' makes the next value of '"
                        + parameter
                        + "' of what '"
                        + label
                        + "' gives"
                        + both));
  }

  private static double number(NodeProto node, String attribute) {
    return node.getAttributeList().stream()
        .filter(each -> each.getName().equals(attribute))
        .mapToDouble(AttributeProto::getF)
        .findFirst()
        .orElse(0);
  }
}
