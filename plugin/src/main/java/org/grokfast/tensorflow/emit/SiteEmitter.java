package org.grokfast.tensorflow.emit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.grokfast.filter.AdditiveFilter;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.algebra.FilterStep;
import org.grokfast.pass.StepPass;
import org.grokfast.probe.Panel;
import org.grokfast.probe.ProbeSetting;
import org.grokfast.probe.Seen;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.grokfast.rewrite.TrainedVariable;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.rewrite.emit.GraphBackend;
import org.grokfast.rewrite.emit.SiteNames;
import org.grokfast.tensorflow.edit.UpdateConditions;
import org.grokfast.tensorflow.emit.NodeEmitter.Out;
import org.grokfast.tensorflow.graph.Attrs;
import org.grokfast.tensorflow.graph.DataTypes;
import org.grokfast.tensorflow.graph.Provenance;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.graph.VariableNode;
import org.grokfast.tensorflow.sharing.StateGroups;
import org.tensorflow.proto.DataType;

/**
 * Emits the filter of one site:
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
final class SiteEmitter implements GraphBackend.Site<Out>, Measuring.State {
  private final Emission emission;
  private final Scalars scalars;
  private final NodeEmitter emitter;
  private final PlannedSite planned;
  private final UpdateSite site;
  private final SiteNames names;
  private final Optional<StateGroups.Group> group;
  private final VariableNode variable;
  private final DataType gradientType;
  private final Gate gate;
  private final Out source;
  private final Scalars.StepCounter counter;
  private final Intake intake;
  private PassEmitter passEmitter;

  /**
   * An emitter for one site.
   *
   * @param emission receives the nodes
   * @param scalars the scalars of the graph or function that it is in
   * @param planned the site
   * @param names the names of what is inserted
   * @param group what it shares with other sites, if anything
   * @param conditions what must hold for its update to be made
   */
  SiteEmitter(
      Emission emission,
      Scalars scalars,
      PlannedSite planned,
      SiteNames names,
      Optional<StateGroups.Group> group,
      UpdateConditions conditions) {
    this.emission = emission;
    this.scalars = scalars;
    this.emitter = scalars.nodes();
    this.planned = planned;
    this.site = planned.site();
    this.names = names;
    this.group = group;
    this.variable = emission.program().variable(site.variable().name());
    this.gradientType = DataTypes.of(site.variable().precision());
    this.gate = gate(conditions.of(site));
    this.source = gate.in(new Out(site.gradient(), gradientType));
    this.counter = counter();
    this.intake = intake(scalars);
  }

  /** Where steps are thrown away by a choice, what keeps the filter out of them. */
  private Gate gate(UpdateConditions.Found found) {
    found.unusable().forEach(test -> remarkMoving(test, "it goes by what is filtered"));
    Optional<String> hindrance = hindrance();
    if (hindrance.isPresent()) {
      found.needed().forEach(needed -> remarkMoving(needed.tensor(), hindrance.get()));
      return Gate.OPEN;
    }
    found
        .needed()
        .forEach(
            needed ->
                emission.remark(
                    "updates are thrown away by a choice in steps in which '"
                        + needed.tensor()
                        + (needed.holds() ? "' does not hold" : "' holds")
                        + ", and the state of their filters stays as it is in these steps"));
    return Gate.where(
        (name, op) -> emitter.node(names.of(name), op).with(variable), "used", found.needed());
  }

  private Optional<String> hindrance() {
    if (site.rows().isPresent()) {
      return Optional.of("the gradient is sparse");
    }
    if (!planned.passes().isEmpty()) {
      return Optional.of("passes go with the update");
    }
    return inTurn() ? Optional.of("the variable is updated twice in a step") : Optional.empty();
  }

  private void remarkMoving(String test, String why) {
    emission.remark(
        "hazard: updates are thrown away by a choice in steps in which '"
            + test
            + "' says so, and the state of their filters moves in these steps too, for "
            + why
            + "; against numbers that are not finite, rewrite with --non-finite skip");
  }

  private Scalars.StepCounter counter() {
    if (!site.evidence().conditional() && gate == Gate.OPEN) {
      return group
          .map(
              shared ->
                  inTurn()
                      ? scalars.nextCounter(shared.counter(), gradientNode())
                      : scalars.sharedCounter(shared.counter(), this::awaited))
          .orElseGet(() -> scalars.counter(site.evidence().trigger(), this::awaited));
    }
    String alive = gradientAs("alive");
    return group
        .map(shared -> scalars.sharedConditionalCounter(shared.counter(), alive))
        .orElseGet(() -> scalars.conditionalCounter(alive));
  }

  /** The gradient where it has come to its variable, if the counter has to wait for it. */
  private List<String> awaited() {
    return emitter.isSpread() && scalars.arrival().canWaitFor(site)
        ? List.of(gradientAs("arrived"))
        : List.of();
  }

  private String gradientAs(String name) {
    return emitter
        .node(names.of(name), "Identity")
        .input(source)
        .with(variable)
        .attr("T", Attrs.type(gradientType))
        .emit(gradientType)
        .tensor();
  }

  /**
   * What a site's filter works with.
   *
   * @param ops the algebra
   * @param observed the gradient that enters the state
   * @param passed the gradient to which the slow component is added
   */
  private record Intake(TensorFlowOps ops, Out observed, Out passed) {}

  private Intake intake(Scalars scalars) {
    if (planned.isLazy()) {
      Occurrences rows = new Occurrences(emitter, names.prefix(), DensifiedRows.rows(site));
      LazyOps.Rows lazy = new LazyOps.Rows(rows, seen(), site.variable().shape().size());
      LazyOps ops = new LazyOps(scalars, target(), lazy);
      return new Intake(ops, rows.sums(source, variable), source);
    }
    Out dense = planned.isDensified() ? densified().sums(variable) : source;
    return new Intake(new TensorFlowOps(scalars, target()), dense, dense);
  }

  private TensorFlowOps.Target target() {
    FilterOptions options = planned.filter().options();
    return new TensorFlowOps.Target(
        variable,
        names,
        site.variable().shape(),
        new TensorFlowOps.Types(
            DataTypes.of(options.computation(site.variable().precision())),
            DataTypes.of(options.storage(site.variable().precision()))),
        counter.number(),
        new VariableRead(emitter, emission.program(), site, names.prefix()));
  }

  private DensifiedRows densified() {
    return new DensifiedRows(emitter, site, names.prefix());
  }

  /** How often each row has occurred. Counted in float64, for which every device has kernels. */
  private StateVariable seen() {
    TrainedVariable trained = site.variable();
    return zeros(names.of(InsertedNames.SEEN), DataType.DT_DOUBLE, trained.shape().subList(0, 1));
  }

  private StateVariable zeros(String name, DataType type, List<Long> shape) {
    return local(declare(name, type, shape), List.of());
  }

  @Override
  public StateVariable declare(String name, DataType type, List<Long> shape) {
    StateVariable.Spec spec =
        new StateVariable.Spec(name, type, shape, variable.kind(), Optional.of(variable));
    FilterState state = emission.state();
    String own = name.substring(names.prefix().length());
    return group
        .map(shared -> state.sharedZeros(shared.state() + own, spec))
        .orElseGet(() -> state.zeros(spec));
  }

  @Override
  public StateVariable local(StateVariable declared, List<String> before) {
    StateVariable here = declared.in(emitter);
    List<String> all = new ArrayList<>(inTurn() ? gradientNode() : List.of());
    all.addAll(before);
    return all.isEmpty() ? here : here.after(all);
  }

  private boolean inTurn() {
    return group.map(StateGroups.Group::inTurn).orElse(false);
  }

  private List<String> gradientNode() {
    return List.of(TensorName.nodeOf(site.gradient()));
  }

  /**
   * A variable that holds a state.
   *
   * @param ops the algebra
   * @param held the variable
   * @param old its value before this step
   * @param ring whether it is a ring, which is written in place
   */
  private record Held(TensorFlowOps ops, StateVariable held, Out old, boolean ring)
      implements GraphBackend.State<Out> {
    @Override
    public void write(Out value) {
      if (!ring) {
        ops.write(held, value);
      }
    }
  }

  @Override
  public GraphBackend.State<Out> declare(GraphBackend.StateSpec spec) {
    TensorFlowOps ops = intake.ops();
    StateVariable held = zeros(spec.path(), DataTypes.of(spec.precision()), spec.shape());
    return new Held(ops, held, spec.ring() ? ops.ring(held) : ops.read(held), spec.ring());
  }

  @Override
  public Out gradient() {
    return intake.ops().inComputation(intake.observed());
  }

  @Override
  public FilterStep<Out> step(GradientFilter filter, Out gradient, List<Out> old) {
    return planned.isLazy()
        ? rowStep(filter, gradient, old)
        : filter.step(intake.ops(), gradient, old);
  }

  /** The rows' sums enter the state, and each occurrence of a row is passed on. */
  private FilterStep<Out> rowStep(GradientFilter filter, Out sums, List<Out> old) {
    if (!(filter instanceof AdditiveFilter additive)) {
      throw new GraphRewriteException(
          "the filter "
              + filter.kind()
              + " needs whole variables and sparse=lazy gives it rows; use sparse=densify");
    }
    TensorFlowOps ops = intake.ops();
    AdditiveFilter.Observation<Out, Out> seen = additive.observe(ops, sums, old);
    Out gradient = ops.inComputation(intake.passed());
    Out output = AdditiveFilter.add(ops, filter.options(), gradient, ops.shared(seen.slow()));
    return new FilterStep<>(output, seen.state());
  }

  @Override
  public void measure(List<ProbeSetting> probes, Out gradient, Out output) {
    if (planned.isLazy()) {
      throw new GraphRewriteException(
          "variable '"
              + site.variable().name()
              + "': a probe needs whole gradients and sparse=lazy gives rows; use sparse=densify,"
              + " or leave the probes out");
    }
    Measuring.Place place = new Measuring.Place(scalars, intake.ops().target(), this);
    emission
        .measuring()
        .measure(Panel.of(probes), place, new Seen<>(gradient, output))
        .forEach(intake.ops()::wrote);
  }

  @Override
  public void change(List<StepPass> passes, Out output) {
    // What leaves the filter may have been computed from the weights as they were.
    List<String> before = new ArrayList<>(intake.ops().writes());
    before.add(TensorName.nodeOf(output.tensor()));
    Measuring.Place place = new Measuring.Place(scalars, intake.ops().target(), this);
    passEmitter = new PassEmitter(emission, site, place, inTurn() ? gradientNode() : List.of());
    passEmitter.emit(passes, before).forEach(intake.ops()::wrote);
  }

  @Override
  public void replaceGradient(Out output) {
    List<String> writes = new ArrayList<>(intake.ops().writes());
    writes.add(counter.update().tensor());
    Out made = intake.ops().cast(output, gradientType);
    Out filtered =
        emitter
            .node(names.gradient(), "Identity")
            .input(gate.either(source, made, writes))
            .after(gate == Gate.OPEN ? writes : List.of())
            .with(variable)
            .attr("T", Attrs.type(gradientType))
            .attr(Provenance.FILTER, Attrs.string(planned.filter().describe()))
            .attr(Provenance.REPLACES, Attrs.string(site.gradient()))
            .emit(gradientType);
    if (passEmitter != null) {
      passEmitter.replaceUpdate(planned.passes(), filtered);
    }
    String tensor = emitter.input(filtered);
    site.edges().forEach(edge -> emission.redirect(site.function(), edge, tensor));
    if (planned.isDensified()) {
      String all = emitter.input(densified().all());
      site.rows()
          .orElseThrow()
          .edges()
          .forEach(edge -> emission.redirect(site.function(), edge, all));
    }
  }
}
