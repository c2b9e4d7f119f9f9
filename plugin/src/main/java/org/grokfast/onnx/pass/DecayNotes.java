package org.grokfast.onnx.pass;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.grokfast.onnx.find.step.CarriedPairs.Pair;
import org.grokfast.onnx.find.step.TrainingModel;
import org.grokfast.onnx.graph.DataFlow;
import org.grokfast.onnx.graph.GraphLocation;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.RewritePlan;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.text.ShellWord;

/**
 * Says where {@code wd·w} is added to a filtered gradient in a step that gives no loss: it was
 * taken for weight decay, and may be the gradient of a penalty in the loss as well.
 */
public final class DecayNotes {
  private static final Set<String> SUMS = Set.of("Add", "Sum", "Sub");
  private static final Set<String> PASSED =
      Set.of("Identity", "Cast", "Reshape", "Mul", "Div", "Clip");

  private final TrainingModel model;
  private final OnnxGraph graph;
  private final DataFlow flow;
  private final BitSet fromData;

  private DecayNotes(TrainingModel model) {
    this.model = model;
    this.graph = model.graph();
    this.flow = model.flow();
    this.fromData =
        flow.descendants(
            graph.fedInputs().stream()
                .map(ValueInfoProto::getName)
                .filter(input -> !model.pairs().isInput(input) && !graph.type(input).isSingle())
                .toList());
  }

  /** The notes on a plan's sites in the main graph; none where it gives a loss. */
  public static List<String> of(RewritePlan plan, TrainingModel model) {
    if (!model.roles().metrics().isEmpty()) {
      return List.of();
    }
    DecayNotes notes = new DecayNotes(model);
    List<String> all =
        plan.sites().stream()
            .map(PlannedSite::site)
            .filter(site -> site.evidence().trigger().equals(GraphLocation.MAIN))
            .flatMap(site -> notes.note(site).stream())
            .toList();
    return FirstNotes.of(all, left -> "so were the terms of " + left + " more");
  }

  private Optional<String> note(UpdateSite site) {
    Optional<Pair> pair = model.pairs().of(site.variable().name());
    if (pair.isEmpty()) {
      return Optional.empty();
    }
    BitSet ofWeights = flow.descendants(List.of(pair.get().input()));
    Set<String> next = model.roles().written(pair.get());
    Set<String> seen = new HashSet<>();
    Deque<Integer> todo = new ArrayDeque<>();
    site.edges().stream()
        .filter(edge -> edge.input() != GradientEdge.OUTPUT)
        .forEach(edge -> todo.add(graph.id(edge.node())));
    while (!todo.isEmpty()) {
      NodeProto node = graph.node(todo.remove());
      if (node.getOutputCount() == 0 || !seen.add(node.getOutput(0))) {
        continue;
      }
      if (SUMS.contains(node.getOpType()) && !next.contains(node.getOutput(0))) {
        Optional<String> term =
            node.getInputList().stream()
                .filter(flow::has)
                .filter(input -> ofWeights.get(flow.number(input)))
                .filter(input -> !fromData.get(flow.number(input)))
                .findFirst();
        if (term.isPresent()) {
          return Optional.of(text(site, term.get(), node.getOutput(0)));
        }
      } else if (PASSED.contains(node.getOpType())) {
        graph.consumers(node.getOutput(0)).forEach(consumer -> todo.add(consumer.node()));
      }
    }
    return Optional.empty();
  }

  private static String text(UpdateSite site, String term, String sum) {
    return "the step gives no loss: '"
        + term
        + "', which is added to the gradient '"
        + site.gradient()
        + "' of '"
        + site.variable().name()
        + "', was taken for weight decay and is not filtered; if it belongs to the loss, take"
        + " --gradient "
        + ShellWord.of(site.variable().name() + "=" + sum);
  }
}
