package org.grokfast.onnx.emit;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.ArrayList;
import java.util.List;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.StateTensor;
import org.grokfast.filter.algebra.FilterStep;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.graph.NameAllocator;
import org.grokfast.onnx.graph.DataTypes;
import org.grokfast.onnx.graph.OnnxProvenance;
import org.grokfast.onnx.graph.Tensor;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.grokfast.rewrite.TrainedVariable;

/**
 * Turns the planned sites of one graph into nodes:
 *
 * <pre>
 *   gradient ─▶ filter ─▶ grokfast/&lt;w&gt;/gradient ─▶ update of w
 *                │  ▲
 *                ▼  │
 *      grokfast/&lt;w&gt;/ema_new, grokfast/&lt;w&gt;/ema
 * </pre>
 */
public final class OnnxEmitter {
  private final GradientFilter filter;
  private final OnnxEdit edit;
  private final StateStore store;
  private final OnnxNodes shared;
  private final OnnxScalars scalars;

  /**
   * An emitter for one graph.
   *
   * @param filter the filter as the user gave it
   * @param edit receives the nodes
   * @param store where state is kept
   * @param names names that are free in the whole model
   * @param opset the version of the default domain
   */
  public OnnxEmitter(
      GradientFilter filter, OnnxEdit edit, StateStore store, NameAllocator names, long opset) {
    this.filter = filter;
    this.edit = edit;
    this.store = store;
    this.shared = new OnnxNodes(names, opset);
    this.scalars = new OnnxScalars(shared, store, filter.options().tunable());
  }

  /** The nodes that all sites share, for what else belongs there. */
  OnnxNodes shared() {
    return shared;
  }

  public void emit(List<PlannedSite> sites) {
    sites.forEach(this::emitSite);
    edit.addFirst(shared.nodes());
  }

  private void emitSite(PlannedSite planned) {
    TrainedVariable variable = planned.site().variable();
    GradientFilter own = planned.filter();
    FilterOptions options = own.options();
    OnnxNodes nodes = shared.elsewhere();
    String prefix = nodes.names().allocate(OnnxProvenance.ROOT + "/" + variable.name());
    DataType gradientType = DataTypes.of(variable.precision());
    DataType computation = DataTypes.of(options.computation(variable.precision()));
    OnnxOps ops =
        new OnnxOps(
            nodes,
            scalars,
            new OnnxOps.Site(
                prefix,
                variable.shape(),
                computation,
                DataTypes.of(options.storage(variable.precision())),
                (name, value) -> parameterPath(name, value, prefix),
                parameter(variable)));

    List<StateStore.State> states = new ArrayList<>();
    List<Tensor> old = new ArrayList<>();
    for (StateTensor tensor : own.state()) {
      StateStore.State state = store.declare(spec(tensor, options, variable, prefix), nodes);
      states.add(state);
      old.add(tensor.isRing() ? state.old() : ops.cast(state.old(), computation));
    }
    Tensor gradient =
        ops.cast(
            store.gradient(
                new Tensor(planned.site().gradient(), gradientType),
                prefix,
                variable.shape(),
                nodes),
            computation);
    FilterStep<Tensor> step = own.step(ops, gradient, old);
    for (int i = 0; i < states.size(); i++) {
      DataType type = states.get(i).old().type();
      store.write(states.get(i), ops.cast(step.state().get(i), type), nodes);
    }
    Tensor filtered =
        nodes
            .node(prefix + "/gradient", "Identity")
            .input(ops.cast(step.output(), gradientType))
            .remember(OnnxProvenance.FILTER, own.describe())
            .remember(OnnxProvenance.REPLACES, planned.site().gradient())
            .emit(gradientType);
    edit.addBefore(planned.site().edges(), nodes.nodes());
    planned.site().edges().forEach(edge -> edit.redirect(edge, filtered.name()));
  }

  /** The parameter as the graph's nodes see it; its type need not be that of its gradient. */
  private Tensor parameter(TrainedVariable variable) {
    Precision own =
        DataTypes.precision(edit.graph().type(variable.name()).type()).orElse(variable.precision());
    return new Tensor(variable.name(), DataTypes.of(own));
  }

  private static StateStore.Spec spec(
      StateTensor tensor, FilterOptions options, TrainedVariable variable, String prefix) {
    List<Long> shape = new ArrayList<>();
    if (tensor.isRing()) {
      shape.add((long) tensor.slots());
    }
    shape.addAll(variable.shape());
    return new StateStore.Spec(
        prefix + "/" + tensor.name(),
        DataTypes.of(tensor.precision(options, variable.precision())),
        shape,
        0);
  }

  /** Shared where the value is the filter's own, the parameter's own where it was overridden. */
  private String parameterPath(String name, double value, String prefix) {
    boolean common = filter.parameters().get(name).equals(value);
    return common ? name : prefix.substring(OnnxProvenance.ROOT.length() + 1) + "/" + name;
  }
}
