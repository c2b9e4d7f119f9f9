package org.grokfast.onnx.emit;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.grokfast.onnx.graph.DataTypes;
import org.grokfast.onnx.graph.OnnxProvenance;
import org.grokfast.onnx.graph.Tensor;
import org.grokfast.pass.Action;
import org.grokfast.pass.StepPass;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.rewrite.TrainedVariable;
import org.grokfast.rewrite.emit.SiteNames;

/**
 * Emits the passes of one parameter:
 *
 * <pre>
 *   θ ─▶ before ─▶ optimizer node
 *   update ─▶ grokfast/&lt;w&gt;/update ─▶ after ─▶ the name of the parameter's next value
 *                                       │ ▲
 *                                       ▼ │
 *                          grokfast/&lt;w&gt;/lookahead/slow
 * </pre>
 *
 * What has a condition is computed in every step, and chosen by it. Weights are computed with in
 * their own format, however the filter's state is stored.
 */
final class OnnxPasses {
  private final OnnxEdit edit;
  private final StateStore store;
  private final SitePlace place;
  private final PassPlace where;
  private final TrainedVariable variable;
  private final OnnxNodes after;
  private final Map<StepPass, OnnxScalars> scalars = new LinkedHashMap<>();
  private final Map<StepPass, List<StateStore.State>> states = new LinkedHashMap<>();
  private final Map<StepPass, List<Tensor>> kept = new LinkedHashMap<>();

  /**
   * Passes of one parameter.
   *
   * @param edit receives the nodes
   * @param store where state is kept
   * @param place where nodes go that come before the update
   * @param variable the parameter
   */
  OnnxPasses(OnnxEdit edit, StateStore store, SitePlace place, TrainedVariable variable) {
    this.edit = edit;
    this.store = store;
    this.place = place;
    this.where = place.passes().orElseThrow();
    this.variable = variable;
    this.after = place.nodes().elsewhere();
  }

  /**
   * Emits them.
   *
   * @param passes what is done, in the order of a step
   * @param parameter the parameter before the step, in its own type
   */
  void emit(List<StepPass> passes, Tensor parameter) {
    DataType type = computation(parameter);
    for (StepPass pass : passes) {
      String counter = place.names().of(pass.kind().name() + "/" + InsertedNames.STEP);
      scalars.put(pass, place.scalars().counting(place.nodes(), counter));
      List<StateStore.State> own =
          pass.kept().stream().map(name -> declare(pass, name, type)).toList();
      states.put(pass, own);
      kept.put(pass, own.stream().map(StateStore.State::old).toList());
    }
    before(passes, parameter);
    after(passes, parameter.type());
    states.forEach(
        (pass, own) -> {
          for (int i = 0; i < own.size(); i++) {
            store.write(own.get(i), kept.get(pass).get(i), after);
          }
        });
    edit.addLast(after.nodes());
  }

  private static DataType computation(Tensor parameter) {
    return DataTypes.of(
        DataTypes.precision(parameter.type().getNumber()).orElseThrow().computation());
  }

  private StateStore.State declare(StepPass pass, String name, DataType type) {
    String path = place.names().of(pass.kind().name() + "/" + name);
    return store.declare(new StateStore.Spec(path, type, variable.shape(), 0), place.nodes());
  }

  /** What is kept comes from the weights before they change. */
  private void before(List<StepPass> passes, Tensor parameter) {
    OnnxNodes nodes = place.nodes();
    for (StepPass pass : passes) {
      if (!pass.kept().isEmpty()) {
        run(pass, Action.Moment.BEFORE, nodes, parameter);
      }
    }
    Tensor weights = parameter;
    for (StepPass pass : passes) {
      if (pass.kept().isEmpty()) {
        weights = run(pass, Action.Moment.BEFORE, nodes, weights);
      }
    }
    if (!weights.equals(parameter)) {
      Tensor changed =
          nodes
              .node(place.names().of(InsertedNames.WEIGHTS), "Identity")
              .input(nodes.cast(place.names().prefix(), weights, parameter.type()))
              .remember(OnnxProvenance.REPLACES, parameter.name())
              .emit(parameter.type());
      edit.redirect(where.optimizer().orElseThrow().weights(), changed.name());
    }
  }

  /** What comes after the update: that goes under another name, and this under its own. */
  private void after(List<StepPass> passes, DataType type) {
    if (passes.stream().allMatch(pass -> pass.actions(Action.Moment.AFTER).isEmpty())) {
      return;
    }
    SiteNames names = place.names();
    String moved = after.names().allocate(names.of(InsertedNames.UPDATE));
    edit.move(where.next(), moved);
    Tensor weights = new Tensor(moved, type);
    for (StepPass pass : passes) {
      weights = run(pass, Action.Moment.AFTER, after, weights);
    }
    if (place.gate().isPresent()) {
      // In a step that skips the update its counter stands still, and may say once more it is due.
      Tensor made = after.cast(names.prefix(), new Tensor(moved, type), weights.type());
      weights = place.gate().get().choose(names.prefix(), weights, made, after);
    }
    after
        .node("", "Identity")
        .input(after.cast(names.prefix(), weights, type))
        .remember(OnnxProvenance.MOVED, moved)
        .emitAll(after.names().allocate(names.of(InsertedNames.NEXT)), List.of(where.next()));
  }

  /** Emits what a pass does at a moment; the result is the weights behind it. */
  private Tensor run(StepPass pass, Action.Moment moment, OnnxNodes nodes, Tensor weights) {
    Tensor now = weights;
    for (Action action : pass.actions(moment)) {
      now = run(pass, action, nodes, now);
    }
    return now;
  }

  private Tensor run(StepPass pass, Action action, OnnxNodes nodes, Tensor weights) {
    SiteNames all = place.names();
    SiteNames names = new SiteNames(all.of(pass.kind().name() + "/" + action.name()), all.common());
    DataType type = computation(weights);
    // Neither stands at the start of the graph: a rate may be computed later.
    OnnxScalars before = scalars.get(pass);
    OnnxOps ops =
        new OnnxOps(
            nodes,
            nodes.equals(after) ? before.at(after) : before,
            new OnnxOps.Target(names, variable.shape(), type, type, weights));
    Optional<Tensor> rate =
        pass.needsRate() ? Optional.of(rate(ops, nodes, names.prefix())) : Optional.empty();
    List<Tensor> old = kept.get(pass);
    Optional<Tensor> due = action.condition(ops);
    Action.Change<Tensor> change = action.change(ops, rate, action.readsKept() ? old : List.of());
    if (!change.kept().isEmpty()) {
      List<Tensor> next = change.kept();
      kept.put(
          pass,
          due.isEmpty()
              ? next
              : IntStream.range(0, next.size())
                  .mapToObj(i -> ops.where(due.get(), next.get(i), old.get(i)))
                  .toList());
    }
    return change
        .variable()
        .map(next -> due.map(d -> ops.where(d, next, ops.variable())).orElse(next))
        .orElse(weights);
  }

  /** The learning rate of the step, as a scalar of float64. */
  private Tensor rate(OnnxOps ops, OnnxNodes nodes, String prefix) {
    PassPlace.Optimizer optimizer = where.optimizer().orElseThrow();
    Tensor rate = scalar(nodes, prefix, optimizer.rate());
    return optimizer
        .fading()
        .map(
            fading -> {
              Tensor step = scalar(nodes, prefix, fading.step());
              Tensor share = ops.multiply(step, ops.constant(fading.by()));
              return ops.divide(rate, ops.add(ops.constant(1), share));
            })
        .orElse(rate);
  }

  private static Tensor scalar(OnnxNodes nodes, String prefix, String tensor) {
    // Its type need not be known: what is cast to its own type stays as it is.
    Tensor unknown = new Tensor(tensor, DataType.UNDEFINED);
    return nodes.scalar(prefix, nodes.cast(prefix, unknown, DataType.DOUBLE));
  }
}
