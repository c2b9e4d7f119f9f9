package org.grokfast.tensorflow;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.Precision;
import org.grokfast.filter.StateTensor;
import org.grokfast.filter.Step;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.NameAllocator;
import org.grokfast.rewrite.RewritePlan;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.grokfast.rewrite.TrainedVariable;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.NodeEmitter.Out;
import org.tensorflow.proto.DataType;

/**
 * Turns a plan into nodes. For each site:
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
final class FilterEmitter {
  private final RewritePlan plan;
  private final Function<String, VariableNode> variableOf;
  private final NameAllocator names;
  private final NodeEmitter emitter;
  private final List<StateVariable> variables = new ArrayList<>();
  private final Map<GradientEdge, String> redirections = new LinkedHashMap<>();

  /**
   * An emitter for one plan.
   *
   * @param plan what to build
   * @param variableOf the variable of a name
   * @param names names that are free in the graph
   */
  FilterEmitter(RewritePlan plan, Function<String, VariableNode> variableOf, NameAllocator names) {
    this.plan = plan;
    this.variableOf = variableOf;
    this.names = names;
    this.emitter = new NodeEmitter(names);
  }

  /** The emitter of the nodes, for what else belongs to the same insertion. */
  NodeEmitter nodes() {
    return emitter;
  }

  Emission emit() {
    VariableNode.Kind kind = variableOf.apply(plan.sites().get(0).site().variable().name()).kind();
    Scalars scalars = new Scalars(emitter, kind, plan.filter().options().tunable(), variables);
    for (PlannedSite planned : plan.sites()) {
      emitSite(planned, scalars);
    }
    return new Emission(emitter.nodes(), emitter.initNodes(), variables, redirections);
  }

  private void emitSite(PlannedSite planned, Scalars scalars) {
    TrainedVariable variable = planned.site().variable();
    GradientFilter filter = planned.filter();
    FilterOptions options = filter.options();
    VariableNode node = variableOf.apply(variable.name());
    String prefix = names.allocate(Provenance.ROOT + "/" + variable.name());
    DataType gradientType = DataTypes.of(variable.precision());
    Scalars.StepCounter counter = counter(planned.site(), scalars, prefix);
    TensorFlowOps.Types types =
        new TensorFlowOps.Types(
            DataTypes.of(options.computation(variable.precision())),
            DataTypes.of(options.storage(variable.precision())));
    TensorFlowOps ops =
        new TensorFlowOps(
            emitter,
            scalars,
            new TensorFlowOps.Site(node, prefix, types, counter.number()),
            (name, value) -> parameterPath(name, value, prefix));

    List<StateVariable> state = new ArrayList<>();
    List<Out> old = new ArrayList<>();
    for (StateTensor tensor : filter.state()) {
      StateVariable created = stateVariable(tensor, options, variable, node, prefix);
      state.add(created);
      old.add(tensor.isRing() ? ops.ring(created) : ops.cast(created.read(), types.computation()));
    }
    Out original = new Out(planned.site().gradient(), gradientType);
    Out dense = planned.site().rows().map(rows -> rowSums(planned.site(), prefix)).orElse(original);
    Out gradient = ops.cast(dense, types.computation());
    Step<Out> step = filter.step(ops, gradient, old);

    List<String> writes = new ArrayList<>();
    for (int i = 0; i < state.size(); i++) {
      Out value = step.state().get(i);
      boolean ring = filter.state().get(i).isRing();
      Out write =
          ring ? value : state.get(i).assign("update", ops.cast(value, state.get(i).spec().type()));
      writes.add(write.tensor());
    }
    writes.add(counter.update().tensor());
    Out filtered =
        emitter
            .node(prefix + "/gradient", "Identity")
            .input(ops.cast(step.output(), gradientType))
            .after(writes)
            .with(node)
            .attr("T", Attrs.type(gradientType))
            .attr(Provenance.FILTER, Attrs.string(filter.describe()))
            .attr(Provenance.REPLACES, Attrs.string(planned.site().gradient()))
            .emit(gradientType);
    variables.addAll(state);
    planned.site().edges().forEach(edge -> redirections.put(edge, filtered.tensor()));
    planned.site().rows().ifPresent(rows -> redirectToAllRows(planned.site(), rows, prefix));
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

  /** The dense gradient of a sparse one. */
  private Out rowSums(UpdateSite site, String prefix) {
    UpdateSite.Rows rows = site.rows().orElseThrow();
    DataType indexType = rows.wide() ? DataType.DT_INT64 : DataType.DT_INT32;
    DataType type = DataTypes.of(site.variable().precision());
    return emitter
        .node(prefix + "/dense", "UnsortedSegmentSum")
        .input(new Out(site.gradient(), type), new Out(rows.indices(), indexType))
        .input(rowCount(site, prefix + "/dense"))
        .with(variableOf.apply(site.variable().name()))
        .attr("T", Attrs.type(type))
        .attr("Tindices", Attrs.type(indexType))
        .attr("Tnumsegments", Attrs.type(DataType.DT_INT64))
        .emit(type);
  }

  private Out rowCount(UpdateSite site, String name) {
    return integer(name + "/rows", site.variable().shape().get(0));
  }

  private Out integer(String name, long value) {
    return emitter
        .node(name, "Const")
        .attr("dtype", Attrs.type(DataType.DT_INT64))
        .attr("value", Attrs.scalar(value))
        .emit(DataType.DT_INT64);
  }

  /** The numbers of all rows, for a sparse update that is to see a dense gradient. */
  private void redirectToAllRows(UpdateSite site, UpdateSite.Rows rows, String prefix) {
    String name = prefix + "/all_rows";
    Out range =
        emitter
            .node(name + "/range", "Range")
            .input(integer(name + "/first", 0), rowCount(site, name), integer(name + "/stride", 1))
            .attr("Tidx", Attrs.type(DataType.DT_INT64))
            .emit(DataType.DT_INT64);
    DataType indexType = rows.wide() ? DataType.DT_INT64 : DataType.DT_INT32;
    Out all =
        emitter
            .node(name, "Cast")
            .input(range)
            .attr("SrcT", Attrs.type(DataType.DT_INT64))
            .attr("DstT", Attrs.type(indexType))
            .attr(Provenance.REPLACES, Attrs.string(rows.indices()))
            .emit(indexType);
    rows.edges().forEach(edge -> redirections.put(edge, all.tensor()));
  }

  private StateVariable stateVariable(
      StateTensor tensor,
      FilterOptions options,
      TrainedVariable variable,
      VariableNode node,
      String prefix) {
    Precision precision = tensor.precision(options, variable.precision());
    List<Long> shape = new ArrayList<>();
    if (tensor.isRing()) {
      shape.add((long) tensor.slots());
    }
    shape.addAll(variable.shape());
    return StateVariable.zeros(
        emitter,
        new StateVariable.Spec(
            prefix + "/" + tensor.name(),
            DataTypes.of(precision),
            shape,
            node.kind(),
            Optional.of(node)));
  }

  /** Shared where the value is the filter's own, the variable's own where it was overridden. */
  private String parameterPath(String name, double value, String prefix) {
    boolean shared = plan.filter().parameters().get(name).equals(value);
    return shared ? name : prefix.substring(Provenance.ROOT.length() + 1) + "/" + name;
  }
}
