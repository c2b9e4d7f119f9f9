package org.grokfast.tensorflow;

import java.util.LinkedHashMap;
import java.util.Map;
import org.grokfast.filter.GradientFilter;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.NameAllocator;
import org.grokfast.rewrite.RewritePlan;
import org.grokfast.rewrite.RewritePlan.PlannedSite;

/**
 * Turns a plan into nodes: those of the main graph, where all state is declared, and those of each
 * function that holds a site.
 */
final class FilterEmitter {
  private final RewritePlan plan;
  private final Context context;
  private final Insertions insertions;

  /**
   * What the emitters of all places share.
   *
   * @param program the graph that is rewritten
   * @param filter the filter with its options
   * @param names names that are free in the main graph
   */
  record Context(TrainingProgram program, GradientFilter filter, NameAllocator names) {}

  /**
   * An emitter for one plan.
   *
   * @param plan what to build
   * @param program the graph that it is for
   * @param names names that are free in the main graph
   */
  FilterEmitter(RewritePlan plan, TrainingProgram program, NameAllocator names) {
    this.plan = plan;
    this.context = new Context(program, plan.filter(), names);
    this.insertions = new Insertions(program, names);
  }

  Emission emit() {
    FilterState state = new FilterState(insertions.main(), kind());
    Map<String, SiteEmitter> emitters = new LinkedHashMap<>();
    for (PlannedSite planned : plan.sites()) {
      emitters
          .computeIfAbsent(
              planned.site().function(),
              function -> new SiteEmitter(context, state, insertions.at(function)))
          .emit(planned);
    }
    Map<String, Map<GradientEdge, String>> redirections = new LinkedHashMap<>();
    emitters.forEach((function, emitter) -> redirections.put(function, emitter.redirections()));
    return new Emission(insertions, state.variables(), redirections);
  }

<<<<<<< HEAD
  private void emitSite(PlannedSite planned, Scalars scalars) {
    UpdateSite site = planned.site();
    FilterOptions options = planned.filter().options();
    VariableNode node = variableOf.apply(site.variable().name());
    String prefix = names.allocate(Provenance.ROOT + "/" + site.variable().name());
    DataType gradientType = DataTypes.of(site.variable().precision());
    Scalars.StepCounter counter = counter(site, scalars, prefix);
    TensorFlowOps.Types types =
        new TensorFlowOps.Types(
            DataTypes.of(options.computation(site.variable().precision())),
            DataTypes.of(options.storage(site.variable().precision())));
    Place place =
        new Place(
            scalars,
            new TensorFlowOps.Site(node, prefix, site.variable().shape(), types, counter.number()),
            gradientType);
    Intake intake = intake(planned, place);
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
    site.edges().forEach(edge -> redirections.put(edge, filtered.tensor()));
    if (planned.isDensified()) {
      String all = new DensifiedRows(emitter, site, prefix).all().tensor();
      site.rows().orElseThrow().edges().forEach(edge -> redirections.put(edge, all));
    }
  }

  /** Where the nodes of one site go. */
  private record Place(Scalars scalars, TensorFlowOps.Site at, DataType gradientType) {}

  /**
   * What a site's filter works with.
   *
   * @param ops the algebra
   * @param observed the gradient that enters the state
   * @param passed the gradient to which the slow part is added
   */
  private record Intake(TensorFlowOps ops, Out observed, Out passed) {}

  private Intake intake(PlannedSite planned, Place place) {
    UpdateSite site = planned.site();
    String prefix = place.at().prefix();
    TensorFlowOps.ParameterPath path = (name, value) -> parameterPath(name, value, prefix);
    Out gradient = new Out(site.gradient(), place.gradientType());
    if (planned.isLazy()) {
      VariableNode node = place.at().variable();
      Occurrences rows = new Occurrences(emitter, prefix, DensifiedRows.rows(site));
      StateVariable seen = seen(site.variable(), node, prefix);
      variables.add(seen);
      LazyOps.Rows lazy = new LazyOps.Rows(rows, seen, site.variable().shape().size());
      return new Intake(
          new LazyOps(place.scalars(), place.at(), path, lazy),
          rows.sums(gradient, node),
          gradient);
    }
    Out dense =
        planned.isDensified()
            ? new DensifiedRows(emitter, site, prefix).sums(place.at().variable())
            : gradient;
    return new Intake(new TensorFlowOps(place.scalars(), place.at(), path), dense, dense);
  }

  /** Emits the filter and the writing of its state. */
  private Out filtered(PlannedSite planned, Intake intake, TensorFlowOps ops) {
    GradientFilter filter = planned.filter();
    List<StateVariable> state = new ArrayList<>();
    List<Out> old = new ArrayList<>();
    for (StateTensor tensor : filter.state()) {
      StateVariable created = stateVariable(tensor, planned, ops.site());
      state.add(created);
      old.add(tensor.isRing() ? ops.ring(created) : ops.read(created));
    }
    Out observed = ops.inComputation(intake.observed());
    GradientFilter.Observation<Out, Out> seen = filter.observe(ops, observed, old);
    Out passed =
        intake.passed().equals(intake.observed()) ? observed : ops.inComputation(intake.passed());
    Out output = GradientFilter.add(ops, filter.options(), passed, ops.shared(seen.slow()));
    for (int i = 0; i < state.size(); i++) {
      if (!filter.state().get(i).isRing()) {
        ops.write(state.get(i), seen.state().get(i));
      }
    }
    variables.addAll(state);
    return output;
  }

  private Scalars.StepCounter counter(UpdateSite site, Scalars scalars, String prefix) {
    if (!site.evidence().conditional()) {
      return scalars.counter(site.evidence().trigger());
    }
    DataType type = DataTypes.of(site.variable().precision());
    Out alive =
        emitter
            .node(prefix + "/alive", "Identity")
            .input(new Out(site.gradient(), type))
            .with(variableOf.apply(site.variable().name()))
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
    return StateVariable.zeros(
        emitter, new StateVariable.Spec(name, type, shape, near.kind(), Optional.of(near)));
  }

  /** Shared where the value is the filter's own, the variable's own where it was overridden. */
  private String parameterPath(String name, double value, String prefix) {
    boolean shared = plan.filter().parameters().get(name).equals(value);
    return shared ? name : prefix.substring(Provenance.ROOT.length() + 1) + "/" + name;
=======
  /** The family of scalars; what functions use has to be a resource. */
  private VariableNode.Kind kind() {
    return plan.sites().stream().anyMatch(planned -> planned.site().place().isPresent())
        ? VariableNode.Kind.RESOURCE
        : context.program().variable(plan.sites().get(0).site().variable().name()).kind();
>>>>>>> main
  }
}
