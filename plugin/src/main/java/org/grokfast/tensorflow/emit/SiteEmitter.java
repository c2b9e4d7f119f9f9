package org.grokfast.tensorflow.emit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.filter.AdditiveFilter;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.StateTensor;
import org.grokfast.filter.algebra.FilterStep;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.graph.NameAllocator;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.grokfast.rewrite.TrainedVariable;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.emit.NodeEmitter.Out;
import org.grokfast.tensorflow.graph.Attrs;
import org.grokfast.tensorflow.graph.DataTypes;
import org.grokfast.tensorflow.graph.Program;
import org.grokfast.tensorflow.graph.Provenance;
import org.grokfast.tensorflow.graph.VariableNode;
import org.tensorflow.proto.DataType;

/**
 * Emits filters into one graph or one function's body. For each site:
 *
 * <pre>
 *   gradient ─▶ filter ─▶ grokfast/&lt;w&gt;/gradient ─▶ optimizer
 *                 │               ▲ (control)
 *                 ▼               │
 *        state/update, step/update
 * </pre>
 *
 * The filtered gradient waits for the writes, so that running the train op runs them. Every reader
 * of a state is an ancestor of its writer, so that no order is left open.
 */
final class SiteEmitter {
  private final Program program;
  private final GradientFilter common;
  private final NameAllocator names;
  private final FilterState state;
  private final NodeEmitter emitter;
  private final Scalars scalars;
  private final Map<GradientEdge, String> redirections = new LinkedHashMap<>();

  /**
   * An emitter for one place.
   *
   * @param context what the emitters of all places share
   * @param state where state is declared
   * @param emitter where nodes go
   */
  SiteEmitter(FilterEmitter.Context context, FilterState state, NodeEmitter emitter) {
    this.program = context.program();
    this.common = context.filter();
    this.names = context.names();
    this.state = state;
    this.emitter = emitter;
    this.scalars = new Scalars(emitter, state, common.options().tunable());
  }

  /** The tensor that each edge is to take instead. */
  Map<GradientEdge, String> redirections() {
    return Collections.unmodifiableMap(redirections);
  }

  /** Emits the nodes of one site. */
  void emit(PlannedSite planned) {
    UpdateSite site = planned.site();
    FilterOptions options = planned.filter().options();
    VariableNode node = program.variable(site.variable().name());
    String prefix = names.allocate(Provenance.ROOT + "/" + site.variable().name());
    DataType gradientType = DataTypes.of(site.variable().precision());
    Scalars.StepCounter counter = counter(site, prefix);
    TensorFlowOps.Types types =
        new TensorFlowOps.Types(
            DataTypes.of(options.computation(site.variable().precision())),
            DataTypes.of(options.storage(site.variable().precision())));
    Intake intake =
        intake(
            planned,
            new TensorFlowOps.Site(
                node,
                prefix,
                site.variable().shape(),
                types,
                counter.number(),
                new VariableRead(emitter, program, site, prefix)),
            gradientType);
    TensorFlowOps ops = intake.ops();
    Out output = filtered(planned, intake, ops);

    List<String> writes = new ArrayList<>(ops.writes());
    writes.add(counter.update().tensor());
    Out filtered =
        emitter
            .node(prefix + "/gradient", "Identity")
            .input(ops.cast(output, gradientType))
            .after(writes)
            .with(node)
            .attr("T", Attrs.type(gradientType))
            .attr(Provenance.FILTER, Attrs.string(planned.filter().describe()))
            .attr(Provenance.REPLACES, Attrs.string(site.gradient()))
            .emit(gradientType);
    site.edges().forEach(edge -> redirections.put(edge, emitter.input(filtered)));
    if (planned.isDensified()) {
      String all = emitter.input(new DensifiedRows(emitter, site, prefix).all());
      site.rows().orElseThrow().edges().forEach(edge -> redirections.put(edge, all));
    }
  }

  /**
   * What a site's filter works with.
   *
   * @param ops the algebra
   * @param observed the gradient that enters the state
   * @param passed the gradient to which the slow part is added
   */
  private record Intake(TensorFlowOps ops, Out observed, Out passed) {}

  private Intake intake(PlannedSite planned, TensorFlowOps.Site at, DataType gradientType) {
    UpdateSite site = planned.site();
    String prefix = at.prefix();
    TensorFlowOps.ParameterPath path = (name, value) -> parameterPath(name, value, prefix);
    Out gradient = new Out(site.gradient(), gradientType);
    if (planned.isLazy()) {
      VariableNode node = at.variable();
      Occurrences rows = new Occurrences(emitter, prefix, DensifiedRows.rows(site));
      StateVariable seen = seen(site.variable(), node, prefix);
      LazyOps.Rows lazy = new LazyOps.Rows(rows, seen, site.variable().shape().size());
      return new Intake(new LazyOps(scalars, at, path, lazy), rows.sums(gradient, node), gradient);
    }
    Out dense =
        planned.isDensified()
            ? new DensifiedRows(emitter, site, prefix).sums(at.variable())
            : gradient;
    return new Intake(new TensorFlowOps(scalars, at, path), dense, dense);
  }

  /** Emits the filter and the writing of its state. */
  private Out filtered(PlannedSite planned, Intake intake, TensorFlowOps ops) {
    GradientFilter filter = planned.filter();
    List<StateVariable> kept = new ArrayList<>();
    List<Out> old = new ArrayList<>();
    for (StateTensor tensor : filter.state()) {
      StateVariable created = stateVariable(tensor, planned, ops.site());
      kept.add(created);
      old.add(tensor.isRing() ? ops.ring(created) : ops.read(created));
    }
    Out observed = ops.inComputation(intake.observed());
    FilterStep<Out> step =
        planned.isLazy()
            ? rowStep(filter, ops, observed, intake.passed(), old)
            : filter.step(ops, observed, old);
    for (int i = 0; i < kept.size(); i++) {
      if (!filter.state().get(i).isRing()) {
        ops.write(kept.get(i), step.state().get(i));
      }
    }
    return step.output();
  }

  /** The rows' sums enter the state, and each occurrence of a row is passed on. */
  private static FilterStep<Out> rowStep(
      GradientFilter filter, TensorFlowOps ops, Out observed, Out passed, List<Out> old) {
    if (!(filter instanceof AdditiveFilter additive)) {
      throw new GraphRewriteException(
          "the filter "
              + filter.kind()
              + " needs whole variables and sparse=lazy gives it rows; use sparse=densify");
    }
    AdditiveFilter.Observation<Out, Out> seen = additive.observe(ops, observed, old);
    Out gradient = ops.inComputation(passed);
    Out output = AdditiveFilter.add(ops, filter.options(), gradient, ops.shared(seen.slow()));
    return new FilterStep<>(output, seen.state());
  }

  private Scalars.StepCounter counter(UpdateSite site, String prefix) {
    if (!site.evidence().conditional()) {
      return scalars.counter(site.evidence().trigger());
    }
    DataType type = DataTypes.of(site.variable().precision());
    Out alive =
        emitter
            .node(prefix + "/alive", "Identity")
            .input(new Out(site.gradient(), type))
            .with(program.variable(site.variable().name()))
            .attr("T", Attrs.type(type))
            .emit(type);
    return scalars.conditionalCounter(alive.tensor());
  }

  private StateVariable stateVariable(
      StateTensor tensor, PlannedSite planned, TensorFlowOps.Site at) {
    TrainedVariable variable = planned.site().variable();
    Precision precision = tensor.precision(planned.filter().options(), variable.precision());
    List<Long> shape = new ArrayList<>();
    if (tensor.isRing()) {
      shape.add((long) tensor.slots());
    }
    shape.addAll(variable.shape());
    return zeros(at.prefix() + "/" + tensor.name(), DataTypes.of(precision), shape, at.variable());
  }

  /** How often each row has occurred. Counted in float64, for which every device has kernels. */
  private StateVariable seen(TrainedVariable variable, VariableNode node, String prefix) {
    return zeros(prefix + "/seen", DataType.DT_DOUBLE, variable.shape().subList(0, 1), node);
  }

  private StateVariable zeros(String name, DataType type, List<Long> shape, VariableNode near) {
    return state
        .zeros(new StateVariable.Spec(name, type, shape, near.kind(), Optional.of(near)))
        .in(emitter);
  }

  /** Shared where the value is the filter's own, the variable's own where it was overridden. */
  private String parameterPath(String name, double value, String prefix) {
    boolean shared = common.parameters().get(name).equals(value);
    return shared ? name : prefix.substring(Provenance.ROOT.length() + 1) + "/" + name;
  }
}
