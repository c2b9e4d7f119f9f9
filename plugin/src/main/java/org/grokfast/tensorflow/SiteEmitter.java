package org.grokfast.tensorflow;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.Precision;
import org.grokfast.filter.StateTensor;
import org.grokfast.filter.Step;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.NameAllocator;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.grokfast.rewrite.TrainedVariable;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.NodeEmitter.Out;
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
  private final TrainingProgram program;
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
    TrainedVariable variable = planned.site().variable();
    GradientFilter filter = planned.filter();
    FilterOptions options = filter.options();
    VariableNode node = program.variable(variable.name());
    String prefix = names.allocate(Provenance.ROOT + "/" + variable.name());
    DataType gradientType = DataTypes.of(variable.precision());
    Scalars.StepCounter counter = counter(planned.site(), prefix);
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

    List<StateVariable> kept = new ArrayList<>();
    List<Out> old = new ArrayList<>();
    for (StateTensor tensor : filter.state()) {
      StateVariable created = stateVariable(tensor, options, variable, node, prefix).in(emitter);
      kept.add(created);
      old.add(tensor.isRing() ? ops.ring(created) : ops.cast(created.read(), types.computation()));
    }
    Out original = new Out(planned.site().gradient(), gradientType);
    Out dense = planned.site().rows().map(rows -> rowSums(planned.site(), prefix)).orElse(original);
    Out gradient = ops.cast(dense, types.computation());
    Step<Out> step = filter.step(ops, gradient, old);

    List<String> writes = new ArrayList<>();
    for (int i = 0; i < kept.size(); i++) {
      Out value = step.state().get(i);
      boolean ring = filter.state().get(i).isRing();
      Out write =
          ring ? value : kept.get(i).assign("update", ops.cast(value, kept.get(i).spec().type()));
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
    planned.site().edges().forEach(edge -> redirections.put(edge, emitter.input(filtered)));
    planned.site().rows().ifPresent(rows -> redirectToAllRows(planned.site(), rows, prefix));
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

  /** The dense gradient of a sparse one. */
  private Out rowSums(UpdateSite site, String prefix) {
    UpdateSite.Rows rows = site.rows().orElseThrow();
    DataType indexType = rows.wide() ? DataType.DT_INT64 : DataType.DT_INT32;
    DataType type = DataTypes.of(site.variable().precision());
    return emitter
        .node(prefix + "/dense", "UnsortedSegmentSum")
        .input(new Out(site.gradient(), type), new Out(rows.indices(), indexType))
        .input(rowCount(site, prefix + "/dense"))
        .with(program.variable(site.variable().name()))
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
    rows.edges().forEach(edge -> redirections.put(edge, emitter.input(all)));
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
    return state.zeros(
        new StateVariable.Spec(
            prefix + "/" + tensor.name(),
            DataTypes.of(precision),
            shape,
            node.kind(),
            Optional.of(node)));
  }

  /** Shared where the value is the filter's own, the variable's own where it was overridden. */
  private String parameterPath(String name, double value, String prefix) {
    boolean shared = common.parameters().get(name).equals(value);
    return shared ? name : prefix.substring(Provenance.ROOT.length() + 1) + "/" + name;
  }
}
