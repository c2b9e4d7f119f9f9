package org.grokfast.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.grokfast.filter.GradientFilter;
import org.grokfast.graph.NameAllocator;
import org.grokfast.onnx.cover.OnnxCoverage;
import org.grokfast.onnx.emit.CheckpointStates;
import org.grokfast.onnx.emit.OnnxEdit;
import org.grokfast.onnx.emit.OnnxEmitter;
import org.grokfast.onnx.emit.OnnxNodes;
import org.grokfast.onnx.file.Checkpoint;
import org.grokfast.onnx.file.OnnxFile;
import org.grokfast.onnx.file.OrtArtifacts;
import org.grokfast.onnx.find.AccumulatorRule;
import org.grokfast.onnx.find.step.TrainingModel;
import org.grokfast.onnx.graph.ModelNames;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.graph.Opset;
import org.grokfast.onnx.graph.StateList;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.RewritePlan;
import org.grokfast.rewrite.RewriteReport;
import org.grokfast.rewrite.TrainedVariable;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.rewrite.coverage.UnfilteredVariables;

/**
 * Puts a filter into the artifacts of ONNX Runtime's on-device training. The training model filters
 * the accumulated gradient, the checkpoint gains the filter's state, and the eval model takes the
 * same inputs, as the runtime demands, where there is one; the optimizer model stays as it is. The
 * program that trains needs no change. Immutable.
 */
public final class ArtifactsRewriter {
  private final GradientFilter filter;
  private final UnfilteredVariables unfiltered;

  /** A pass that inserts this filter. */
  public ArtifactsRewriter(GradientFilter filter) {
    this(filter, UnfilteredVariables.REFUSE);
  }

  private ArtifactsRewriter(GradientFilter filter, UnfilteredVariables unfiltered) {
    this.filter = filter;
    this.unfiltered = unfiltered;
  }

  /**
   * A pass that does so where parameters are trained and can't be filtered. Without this call, such
   * artifacts are refused.
   */
  public ArtifactsRewriter withUnfiltered(UnfilteredVariables treatment) {
    return new ArtifactsRewriter(filter, treatment);
  }

  /**
   * The result of a pass.
   *
   * @param artifacts the rewritten artifacts
   * @param report what was done
   */
  public record Result(OrtArtifacts artifacts, RewriteReport report) {}

  /** Where gradients enter buffers, and what looks like such a place. */
  public static List<Finding> find(OrtArtifacts artifacts) {
    return new AccumulatorRule().find(TrainingModel.ofArtifacts(artifacts.training().model()));
  }

  /**
   * Finds what would be filtered, and changes nothing.
   *
   * @throws GraphRewriteException as {@link #apply}
   */
  public RewritePlan plan(OrtArtifacts artifacts) {
    OnnxRewriter.requireUntouched(artifacts.training().model());
    OnnxRewriter.requirePossible(filter);
    requireNoPasses();
    if (artifacts.eval().filter(eval -> OnnxStripper.isRewritten(eval.model())).isPresent()) {
      throw new GraphRewriteException(
          artifacts.folder()
              + ": the eval model holds a filter and the training model none, so they don't belong"
              + " together; write all artifacts again");
    }
    requireTrained(artifacts);
    List<Finding> findings = find(artifacts);
    return RewritePlan.of(findings, OnnxCoverage.of(artifacts, findings), filter, unfiltered);
  }

  /** The updates of artifacts are made by another model, with a state that the runtime keeps. */
  private void requireNoPasses() {
    if (!filter.options().passes().isEmpty()) {
      String pass = filter.options().passes().get(0).kind().name();
      throw new GraphRewriteException(
          pass
              + " is written into plain training steps and training_info of ONNX and into graphs of"
              + " TensorFlow, and not into artifacts, whose updates ONNX Runtime makes in a model"
              + " of their own; leave --"
              + pass
              + " out");
    }
  }

  /**
   * Rewrites artifacts.
   *
   * @throws org.grokfast.rewrite.NothingToRewriteException if no gradient can be filtered
   * @throws GraphRewriteException if they hold a filter already, model and checkpoint don't belong
   *     together, or an option can't be expressed
   */
  public Result apply(OrtArtifacts artifacts) {
    RewritePlan plan = plan(artifacts);
    ModelProto model = artifacts.training().model();
    Opset opset = Opset.of(model);
    OnnxRewriter.requireOpset(opset, plan);
    Set<String> taken = new HashSet<>(ModelNames.of(model));
    artifacts.eval().ifPresent(eval -> taken.addAll(ModelNames.of(eval.model())));
    artifacts.checkpoint().frozen().forEach(tensor -> taken.add(tensor.name()));
    NameAllocator names = new NameAllocator(taken::contains);
    OnnxGraph index = new OnnxGraph(model.getGraph());
    OnnxEdit edit = new OnnxEdit(index);
    OnnxNodes first = new OnnxNodes(names, opset.version());
    CheckpointStates states = new CheckpointStates(first, AccumulatorRule.reset(index));
    OnnxEmitter emitter = new OnnxEmitter(filter, edit, states, names, opset.version());
    emitter.emit(plan.sites());
    plan.sites()
        .forEach(
            planned ->
                edit.redirect(
                    new GradientEdge(planned.site().edges().get(0).node(), AccumulatorRule.RESET),
                    states.always().name()));
    edit.addFront(first.nodes());
    GraphProto.Builder graph = edit.apply();
    states.inputs().forEach(graph::addInput);
    states.outputs().forEach(graph::addOutput);
    ModelProto.Builder training = model.toBuilder().setGraph(graph);
    OnnxRewriter.sign(training, opset, filter, states.entries());

    OrtArtifacts rewritten =
        new OrtArtifacts(
            artifacts.folder(),
            artifacts.training().withModel(training.build()),
            artifacts.eval().map(eval -> withInputs(eval, states, opset)),
            artifacts.checkpoint().withFrozen(states.tensors()));
    List<String> notes = new ArrayList<>();
    notes.add("the filter acts on the gradient accumulated over the micro-batches of a step");
    artifacts
        .clipping()
        .ifPresent(
            op ->
                notes.add(
                    "the optimizer model clips the gradients ("
                        + op
                        + "), and so what is filtered: in all other forms the filter stands behind"
                        + " the clipping"));
    notes.add(
        "the checkpoint gained "
            + states.tensors().size()
            + " frozen tensors; "
            + (artifacts.eval().isPresent()
                ? "the eval model takes them as inputs, the optimizer model is as it was"
                : "the optimizer model is as it was, and there is no eval model"));
    return new Result(rewritten, OnnxRewriter.report(plan, states.entries(), notes));
  }

  /** The runtime hands what the checkpoint has frozen to both models, so both have to take it. */
  private OnnxFile withInputs(OnnxFile eval, CheckpointStates states, Opset opset) {
    ModelProto.Builder model = eval.model().toBuilder();
    states.inputs().forEach(model.getGraphBuilder()::addInput);
    OnnxRewriter.sign(model, new Opset(opset.version(), false), filter, states.entries());
    return eval.withModel(model.build());
  }

  /**
   * Rewrites artifacts that may hold a filter already: that one is taken out first. A checkpoint
   * from before the first rewriting keeps what it holds, and gets the filter's state.
   *
   * @throws GraphRewriteException as {@link #apply}
   */
  public Result replace(OrtArtifacts artifacts) {
    if (!isRewritten(artifacts)) {
      return apply(artifacts);
    }
    Result result = apply(strip(artifacts));
    if (holdsState(artifacts)) {
      return result;
    }
    RewriteReport report = result.report();
    List<String> notes = new ArrayList<>(report.notes());
    notes.add(
        "the checkpoint was written before the rewriting: what it holds stays, and the filter"
            + " starts afresh");
    return new Result(
        result.artifacts(),
        new RewriteReport(report.plan(), report.stateVariables(), report.stateBytes(), notes));
  }

  /** Whether the checkpoint holds any of the states that the training model takes. */
  private static boolean holdsState(OrtArtifacts artifacts) {
    Set<String> frozen = new HashSet<>();
    artifacts.checkpoint().frozen().forEach(tensor -> frozen.add(tensor.name()));
    return StateList.of(artifacts.training().model()).stream()
        .anyMatch(entry -> frozen.contains(entry.input()));
  }

  /** Whether there is a filter to take out. */
  public static boolean isRewritten(OrtArtifacts artifacts) {
    return OnnxStripper.isRewritten(artifacts.training().model());
  }

  /**
   * The artifacts without filter: equal models, and a checkpoint of equal content.
   *
   * @throws org.grokfast.rewrite.NothingToRewriteException if nothing was inserted
   */
  public static OrtArtifacts strip(OrtArtifacts artifacts) {
    ModelProto training = artifacts.training().model();
    Set<String> states = new HashSet<>();
    StateList.of(training).forEach(entry -> states.add(entry.input()));
    return new OrtArtifacts(
        artifacts.folder(),
        artifacts.training().withModel(OnnxStripper.apply(training)),
        artifacts
            .eval()
            .map(
                eval ->
                    OnnxStripper.isRewritten(eval.model())
                        ? eval.withModel(OnnxStripper.apply(eval.model()))
                        : eval),
        artifacts.checkpoint().withoutFrozen(states));
  }

  /** Every accumulated parameter has to be in the checkpoint, in the same shape. */
  private static void requireTrained(OrtArtifacts artifacts) {
    Map<String, Checkpoint.Entry> trained = new HashMap<>();
    artifacts.checkpoint().trained().forEach(entry -> trained.put(entry.name(), entry));
    for (Finding finding : find(artifacts)) {
      if (finding instanceof UpdateSite site) {
        requireTrained(artifacts, site.variable(), trained.get(site.variable().name()));
      }
    }
  }

  private static void requireTrained(
      OrtArtifacts artifacts, TrainedVariable parameter, Checkpoint.Entry entry) {
    String start =
        artifacts.folder() + ": parameter '" + parameter.name() + "' of the training model ";
    if (entry == null) {
      throw new GraphRewriteException(
          start
              + "is not among the trained tensors of the checkpoint; write all artifacts"
              + " again");
    }
    boolean whole = entry.data().size() == Float.BYTES * parameter.elements();
    if (!entry.shape().equals(parameter.shape()) || !whole) {
      throw new GraphRewriteException(
          start
              + "has shape "
              + parameter.shape()
              + ", and the checkpoint holds "
              + entry.data().size()
              + " bytes of shape "
              + entry.shape()
              + "; write all artifacts again, with the checkpoint in one file");
    }
  }
}
