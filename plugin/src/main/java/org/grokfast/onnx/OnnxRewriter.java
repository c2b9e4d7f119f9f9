package org.grokfast.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TrainingInfoProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.grokfast.filter.FilterDescription;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.options.SparseGradients;
import org.grokfast.filter.options.Tunable;
import org.grokfast.graph.NameAllocator;
import org.grokfast.onnx.cover.OnnxCoverage;
import org.grokfast.onnx.emit.InitializerStates;
import org.grokfast.onnx.emit.InputOutputStates;
import org.grokfast.onnx.emit.OnnxEdit;
import org.grokfast.onnx.emit.OnnxEmitter;
import org.grokfast.onnx.emit.OnnxNodes;
import org.grokfast.onnx.emit.StateStore;
import org.grokfast.onnx.find.OnnxSites;
import org.grokfast.onnx.find.step.TrainingModel;
import org.grokfast.onnx.graph.GraphLocation;
import org.grokfast.onnx.graph.ModelNames;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.graph.OnnxProvenance;
import org.grokfast.onnx.graph.Opset;
import org.grokfast.onnx.graph.StateEntry;
import org.grokfast.onnx.graph.StateList;
import org.grokfast.onnx.pass.DecayNotes;
import org.grokfast.onnx.pass.PassPlaces;
import org.grokfast.onnx.pass.ScaleNotes;
import org.grokfast.onnx.pass.SiteConditions;
import org.grokfast.pass.StepPass;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.rewrite.RewritePlan;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.grokfast.rewrite.RewriteReport;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.rewrite.coverage.UnfilteredVariables;

/**
 * Puts a filter between the gradients and the update of an ONNX training graph. The filter's state
 * becomes inputs {@code grokfast/…} and outputs {@code grokfast/…_new}, which {@link StateList}
 * lists. Expects a model that {@code OnnxValidator} has accepted. Immutable.
 */
public final class OnnxRewriter {
  /** The oldest version of the default domain for which nodes are emitted. */
  public static final long OLDEST_OPSET = 11;

  private static final long BFLOAT16_OPSET = 13;

  private final GradientFilter filter;
  private final OnnxSites sites;
  private final UnfilteredVariables unfiltered;

  /** A pass that inserts this filter. */
  public OnnxRewriter(GradientFilter filter) {
    this(filter, new OnnxSites(), UnfilteredVariables.REFUSE);
  }

  private OnnxRewriter(GradientFilter filter, OnnxSites sites, UnfilteredVariables unfiltered) {
    this.filter = filter;
    this.sites = sites;
    this.unfiltered = unfiltered;
  }

  /**
   * A pass that is told what the rules don't see.
   *
   * @param gradients the tensors to take for the gradients of these parameters
   * @param updates the outputs that hold the next values of these parameters
   */
  public OnnxRewriter withNames(Map<String, String> gradients, Map<String, String> updates) {
    return new OnnxRewriter(filter, new OnnxSites(gradients, updates), unfiltered);
  }

  /**
   * A pass that does so where parameters are trained and can't be filtered. Without this call, such
   * a model is refused.
   */
  public OnnxRewriter withUnfiltered(UnfilteredVariables treatment) {
    return new OnnxRewriter(filter, sites, treatment);
  }

  /**
   * The result of a pass.
   *
   * @param model the rewritten model
   * @param report what was done
   */
  public record Result(ModelProto model, RewriteReport report) {}

  /**
   * Finds what would be filtered, and changes nothing.
   *
   * @throws GraphRewriteException as {@link #apply}
   */
  public RewritePlan plan(ModelProto model) {
    return prepared(model).plan();
  }

  /** A plan, where its passes go, and when its updates are made. */
  private record Prepared(
      RewritePlan plan, PassPlaces passes, SiteConditions conditions, List<String> notes) {}

  private Prepared prepared(ModelProto model) {
    requireUntouched(model);
    requirePossible(filter);
    TrainingModel indexed = sites.indexed(model);
    List<Finding> findings = sites.find(indexed);
    RewritePlan plan =
        RewritePlan.of(findings, OnnxCoverage.of(indexed, findings), settled(findings), unfiltered);
    return new Prepared(
        plan,
        PassPlaces.of(plan, indexed),
        SiteConditions.of(plan, indexed),
        Stream.of(ScaleNotes.of(plan, indexed), DecayNotes.of(plan, indexed))
            .flatMap(List::stream)
            .toList());
  }

  /**
   * The filter with what its option {@code tunable} comes to: where state is fed by whoever runs
   * the step, alpha and lamb are constants unless inputs were asked for, so that a loop that starts
   * every input of ours at zero is right.
   */
  private GradientFilter settled(List<Finding> findings) {
    FilterOptions options = filter.options();
    boolean fed =
        findings.stream()
            .anyMatch(
                finding ->
                    finding instanceof UpdateSite site
                        && site.evidence().trigger().equals(GraphLocation.MAIN));
    return fed && options.tunable() == Tunable.AUTO
        ? filter.withOptions(options.toBuilder().tunable(Tunable.NO).build())
        : filter;
  }

  /**
   * What was asked for would silently not happen: every gradient of ONNX is dense, and its updates
   * stay.
   */
  static void requirePossible(GradientFilter filter) {
    for (StepPass pass : filter.options().passes()) {
      if (pass.updateRule().isPresent()) {
        throw new GraphRewriteException(
            "--"
                + pass.kind().name()
                + " is for TensorFlow graphs: in ONNX the optimizer's update can't be replaced;"
                + " leave --"
                + pass.kind().name()
                + " out");
      }
    }
    if (filter.options().sparse() == SparseGradients.LAZY) {
      throw new GraphRewriteException(
          "sparse=lazy filters the rows that occur in a sparse gradient, and the gradients of ONNX"
              + " graphs are dense; leave sparse out");
    }
  }

  static void requireUntouched(ModelProto model) {
    if (OnnxStripper.isRewritten(model)) {
      throw new GraphRewriteException(
          "the model already holds "
              + OnnxProvenance.text(model.getMetadataPropsList(), OnnxProvenance.FILTER)
                  .map(FilterDescription::brief)
                  .orElse("a filter")
              + " ("
              + OnnxProvenance.text(model.getMetadataPropsList(), OnnxProvenance.PASS)
                  .orElse("version unknown")
              + "); strip it first, or replace it");
    }
  }

  /**
   * Rewrites a model. The same input gives the same bytes.
   *
   * @throws org.grokfast.rewrite.NothingToRewriteException if no gradient can be filtered
   * @throws GraphRewriteException if the model holds a filter already, its operator set is too old,
   *     a pattern matches no parameter, a pass is not possible, or the filter's option {@code
   *     sparse} is {@code lazy}
   */
  public Result apply(ModelProto model) {
    Prepared prepared = prepared(model);
    RewritePlan plan = prepared.plan();
    PassPlaces passes = prepared.passes();
    Opset opset = Opset.of(model);
    requireOpset(opset, plan);
    NameAllocator names = new NameAllocator(ModelNames.of(model)::contains);
    ModelProto.Builder result = model.toBuilder();
    List<StateEntry> entries = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    List<PlannedSite> own = at(plan, GraphLocation.MAIN);
    if (!own.isEmpty()) {
      InputOutputStates states = new InputOutputStates(names);
      OnnxNodes first = new OnnxNodes(names, opset.version());
      GraphProto.Builder graph = emit(prepared, own, model.getGraph(), states, first);
      states.inputs().forEach(graph::addInput);
      states.outputs().forEach(graph::addOutput);
      result.setGraph(graph);
      entries.addAll(states.entries());
      notes.add(
          entries.size()
              + " inputs and as many outputs carry the filter's state: feed each output '…"
              + OnnxProvenance.NEW
              + "' back as the input of the same name without it");
      if (!plan.filter().options().probes().isEmpty()) {
        notes.add(
            "outputs below '"
                + InsertedNames.of(InsertedNames.PROBE)
                + "/' hold what is measured of all parameters together, those below"
                + " 'grokfast/<parameter>/probe/' of each; NaN in steps that don't measure");
      }
    }
    for (int i = 0; i < model.getTrainingInfoCount(); i++) {
      List<PlannedSite> inside = at(plan, GraphLocation.algorithm(i));
      if (!inside.isEmpty()) {
        InitializerStates states = new InitializerStates(names);
        TrainingInfoProto.Builder training = model.getTrainingInfo(i).toBuilder();
        OnnxNodes first = new OnnxNodes(names, opset.version());
        states.addTo(training, emit(prepared, inside, training.getAlgorithm(), states, first));
        result.setTrainingInfo(i, training);
        entries.addAll(states.entries());
        notes.add(
            GraphLocation.algorithm(i)
                + ": the filter's state lies in initializers of the algorithm, with update bindings");
      }
    }
    notes.addAll(prepared.conditions().notes());
    notes.addAll(prepared.notes());
    notes.addAll(passes.notes());
    sign(result, opset, plan.filter(), entries);
    sites
        .updates()
        .forEach(
            (input, output) ->
                result.addMetadataProps(
                    OnnxProvenance.entry(OnnxProvenance.UPDATE + input, output)));
    return new Result(result.build(), report(plan, entries, notes));
  }

  private static List<PlannedSite> at(RewritePlan plan, String place) {
    return plan.sites().stream()
        .filter(planned -> planned.site().evidence().trigger().equals(place))
        .toList();
  }

  private static GraphProto.Builder emit(
      Prepared prepared,
      List<PlannedSite> sites,
      GraphProto graph,
      StateStore states,
      OnnxNodes first) {
    OnnxEdit edit = new OnnxEdit(new OnnxGraph(graph));
    String place = sites.get(0).site().evidence().trigger();
    OnnxEmitter emitter =
        new OnnxEmitter(
            prepared.plan().filter(),
            edit,
            states,
            first,
            prepared.passes().at(place),
            prepared.conditions().of(sites));
    emitter.emit(sites);
    GraphProto.Builder result = edit.apply();
    emitter.outputs().forEach(result::addOutput);
    return result;
  }

  /**
   * Rewrites a model that may hold a filter already: that one is taken out first.
   *
   * @throws GraphRewriteException as {@link #apply}
   */
  public Result replace(ModelProto model) {
    return apply(OnnxStripper.isRewritten(model) ? OnnxStripper.apply(model) : model);
  }

  static void sign(
      ModelProto.Builder model, Opset opset, GradientFilter filter, List<StateEntry> entries) {
    if (opset.added()) {
      model.addOpsetImport(
          OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset.version()));
    }
    model.addMetadataProps(OnnxProvenance.pass());
    model.addMetadataProps(OnnxProvenance.entry(OnnxProvenance.FILTER, filter.describe()));
    model.addMetadataProps(OnnxProvenance.entry(OnnxProvenance.STATE, StateList.write(entries)));
    if (opset.added()) {
      model.addMetadataProps(
          OnnxProvenance.entry(OnnxProvenance.OPSET, Long.toString(opset.version())));
    }
  }

  static RewriteReport report(RewritePlan plan, List<StateEntry> entries, List<String> notes) {
    long bytes = 0;
    for (StateEntry entry : entries) {
      try {
        long elements = entry.shape().stream().reduce(1L, Math::multiplyExact);
        bytes = Math.addExact(bytes, Math.multiplyExact(elements, bytes(entry.dtype())));
      } catch (ArithmeticException e) {
        throw new GraphRewriteException(
            "state '"
                + entry.input()
                + "' of shape "
                + entry.shape()
                + " would take the filter's state beyond 2^63 bytes; exclude its parameter or choose"
                + " a smaller window",
            e);
      }
    }
    return new RewriteReport(plan, entries.stream().map(StateEntry::input).toList(), bytes, notes);
  }

  private static int bytes(String dtype) {
    return switch (dtype) {
      case "float16", "bfloat16" -> 2;
      case "float32" -> 4;
      default -> 8;
    };
  }

  static void requireOpset(Opset opset, RewritePlan plan) {
    if (opset.version() < OLDEST_OPSET) {
      throw new GraphRewriteException(
          "opset_import: the model uses opset "
              + opset.version()
              + " of the default domain, and the filter's nodes need "
              + OLDEST_OPSET
              + " or later; convert it with onnx.version_converter or export it anew");
    }
    boolean half = plan.filter().options().statePrecision().equals(Optional.of(Precision.BFLOAT16));
    if (half && opset.version() < BFLOAT16_OPSET) {
      throw new GraphRewriteException(
          "state-dtype=bfloat16 needs opset "
              + BFLOAT16_OPSET
              + " of the default domain, and the model uses "
              + opset.version()
              + "; take float32, or export the model with a later opset");
    }
  }
}
