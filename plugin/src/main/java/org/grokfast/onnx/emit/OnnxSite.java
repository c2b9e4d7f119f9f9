package org.grokfast.onnx.emit;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.algebra.FilterStep;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.onnx.graph.DataTypes;
import org.grokfast.onnx.graph.OnnxProvenance;
import org.grokfast.onnx.graph.Tensor;
import org.grokfast.pass.StepPass;
import org.grokfast.probe.Panel;
import org.grokfast.probe.ProbeSetting;
import org.grokfast.probe.Quantity;
import org.grokfast.probe.Seen;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.grokfast.rewrite.TrainedVariable;
import org.grokfast.rewrite.emit.GraphBackend;
import org.grokfast.rewrite.emit.SiteNames;

/** Emits the filter of one site. */
final class OnnxSite implements GraphBackend.Site<Tensor> {
  private final OnnxEdit edit;
  private final StateStore store;
  private final SitePlace place;
  private final OnnxNodes nodes;
  private final OnnxMeasuring measuring;
  private final SiteNames names;
  private final PlannedSite planned;
  private final TrainedVariable variable;
  private final DataType gradientType;
  private final OnnxOps ops;
  private Optional<String> moved = Optional.empty();

  /**
   * An emitter for one site.
   *
   * @param edit receives the nodes
   * @param store where state is kept
   * @param place where nodes go
   * @param planned the site
   */
  OnnxSite(OnnxEdit edit, StateStore store, SitePlace place, PlannedSite planned) {
    this.edit = edit;
    this.store = store;
    this.place = place;
    this.nodes = place.nodes();
    this.measuring = place.measuring();
    this.names = place.names();
    this.planned = planned;
    this.variable = planned.site().variable();
    this.gradientType = DataTypes.of(variable.precision());
    FilterOptions options = planned.filter().options();
    this.ops =
        new OnnxOps(
            nodes,
            place.scalars(),
            new OnnxOps.Target(
                names,
                variable.shape(),
                DataTypes.of(options.computation(variable.precision())),
                DataTypes.of(options.storage(variable.precision())),
                parameter()));
  }

  /** The parameter as the graph's nodes see it; its type need not be that of its gradient. */
  private Tensor parameter() {
    Precision own =
        DataTypes.precision(edit.graph().type(variable.name()).type()).orElse(variable.precision());
    return new Tensor(variable.name(), DataTypes.of(own));
  }

  @Override
  public GraphBackend.State<Tensor> declare(GraphBackend.StateSpec spec) {
    DataType type = DataTypes.of(spec.precision());
    StateStore.State state =
        store.declare(new StateStore.Spec(spec.path(), type, spec.shape(), 0), nodes);
    Tensor old = spec.ring() ? state.old() : inComputation(state.old());
    return new GraphBackend.State<>() {
      @Override
      public Tensor old() {
        return old;
      }

      @Override
      public void write(Tensor value) {
        store.write(state, ops.cast(value, state.old().type()), nodes);
      }
    };
  }

  private Tensor inComputation(Tensor x) {
    return ops.cast(x, ops.target().computation());
  }

  @Override
  public Tensor gradient() {
    Tensor raw = new Tensor(raw(), gradientType);
    return inComputation(store.gradient(raw, names.prefix(), variable.shape(), nodes));
  }

  /** The gradient's name; another one where what is filtered goes out under its own. */
  private String raw() {
    String gradient = planned.site().gradient();
    if (planned.site().edges().stream().noneMatch(GradientEdge::isOutput)) {
      return gradient;
    }
    if (moved.isEmpty()) {
      moved = Optional.of(nodes.names().allocate(names.of(InsertedNames.RAW)));
      edit.move(gradient, moved.get());
    }
    return moved.get();
  }

  @Override
  public FilterStep<Tensor> step(GradientFilter filter, Tensor gradient, List<Tensor> old) {
    return filter.step(ops, gradient, old);
  }

  @Override
  public void measure(List<ProbeSetting> probes, Tensor gradient, Tensor output) {
    if (!store.hasOutputs()) {
      throw new GraphRewriteException(
          "what probes measure are outputs of a plain training step, and this form of ONNX graph"
              + " has no place for them; leave the probes out");
    }
    OnnxOps.Target own = ops.target();
    OnnxOps.Target target =
        new OnnxOps.Target(
            names.probe(), own.shape(), own.computation(), own.storage(), own.parameter());
    for (Panel panel : Panel.of(probes)) {
      List<List<Tensor>> kept = new ArrayList<>();
      for (Quantity quantity : panel.quantities()) {
        kept.add(kept(panel, quantity, gradient));
      }
      measuring.add(panel, new OnnxMeasuring.Site(target, new Seen<>(gradient, output), kept));
    }
  }

  /** What is kept: state is fed back in every step, so that all of it is renewed in every step. */
  private List<Tensor> kept(Panel panel, Quantity quantity, Tensor gradient) {
    List<StateStore.State> states = new ArrayList<>();
    for (String name : quantity.kept()) {
      String path = names.probe().of("every" + panel.every() + "/" + name);
      DataType type = ops.target().computation();
      states.add(store.declare(new StateStore.Spec(path, type, variable.shape(), 0), nodes));
    }
    List<Tensor> old = states.stream().map(StateStore.State::old).toList();
    List<Tensor> next = quantity.keep(ops, gradient, old);
    for (int i = 0; i < states.size(); i++) {
      store.write(states.get(i), next.get(i), nodes);
    }
    return quantity.when() == Quantity.When.EVERY_STEP ? next : old;
  }

  @Override
  public void change(List<StepPass> passes, Tensor output) {
    new OnnxPasses(edit, store, place, variable).emit(passes, parameter());
  }

  @Override
  public void replaceGradient(Tensor output) {
    OnnxNodes.Node handing =
        nodes
            .node(names.gradient(), "Identity")
            .input(ops.cast(output, gradientType))
            .remember(OnnxProvenance.FILTER, planned.filter().describe())
            .remember(OnnxProvenance.REPLACES, planned.site().gradient());
    place.gate().ifPresent(gate -> handing.remember(OnnxProvenance.GATE, gate.open().name()));
    Tensor filtered = handing.emit(gradientType);
    moved.ifPresent(
        raw ->
            nodes
                .node("", "Identity")
                .input(filtered)
                .remember(OnnxProvenance.MOVED, raw)
                .emitAll(
                    nodes.names().allocate(names.of(InsertedNames.CARRIED)),
                    List.of(planned.site().gradient())));
    List<GradientEdge> edges = planned.site().edges();
    edit.addBefore(edges, nodes.nodes());
    edges.stream()
        .filter(edge -> !edge.isOutput())
        .forEach(edge -> edit.redirect(edge, filtered.name()));
  }
}
