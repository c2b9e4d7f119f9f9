package org.grokfast.tensorflow.emit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.grokfast.filter.algebra.FilterStep;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.pass.Action;
import org.grokfast.pass.StepPass;
import org.grokfast.pass.UpdateRule;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.rewrite.emit.SiteNames;
import org.grokfast.tensorflow.edit.MovedUpdate;
import org.grokfast.tensorflow.edit.ReplacedUpdate;
import org.grokfast.tensorflow.edit.SelfWrites;
import org.grokfast.tensorflow.edit.ToldRate;
import org.grokfast.tensorflow.edit.UpdateNode;
import org.grokfast.tensorflow.emit.NodeEmitter.Node;
import org.grokfast.tensorflow.emit.NodeEmitter.Out;
import org.grokfast.tensorflow.graph.Attrs;
import org.grokfast.tensorflow.graph.DataTypes;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.LearningRates;
import org.grokfast.tensorflow.graph.OpTable;
import org.grokfast.tensorflow.graph.Provenance;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.graph.VariableNode;
import org.tensorflow.proto.DataType;

/**
 * Emits the passes of one site:
 *
 * <pre>
 *   gradient ─ ─▶ read θ ─▶ before ─▶ Assign(θ) ─ ─▶ grokfast/&lt;w&gt;/gradient ─▶ update
 *   update ─ ─▶ read θ ─▶ after ─▶ Assign(θ), Assign(grokfast/&lt;w&gt;/lookahead/slow) ─ ─▶ the name of the update
 * </pre>
 *
 * What is written before the update waits for all that the update waits for, so that whatever is
 * computed from the weights before them is computed already.
 */
final class PassEmitter {
  private final Emission emission;
  private final UpdateSite site;
  private final Measuring.Place place;
  private final List<String> turn;
  private final GraphIndex graph;
  private final Map<StepPass, List<StateVariable>> kept = new LinkedHashMap<>();

  /**
   * An emitter for one site.
   *
   * @param emission receives the nodes
   * @param site the site
   * @param place where it is, with the types of the filter
   * @param turn what the first use of state waits for, where another site has had its turn before
   */
  PassEmitter(Emission emission, UpdateSite site, Measuring.Place place, List<String> turn) {
    this.emission = emission;
    this.site = site;
    this.place = withOwnTypes(place, site);
    this.turn = turn;
    this.graph = emission.program().graph(site.function());
  }

  /** Weights are computed with in their own format, however the filter's state is stored. */
  private static Measuring.Place withOwnTypes(Measuring.Place place, UpdateSite site) {
    Precision precision = site.variable().precision().computation();
    DataType type = DataTypes.of(precision);
    TensorFlowOps.Target target = place.target();
    return new Measuring.Place(
        place.scalars(),
        new TensorFlowOps.Target(
            target.variable(),
            target.names(),
            target.shape(),
            new TensorFlowOps.Types(type, type),
            target.stepNumber(),
            target.read()),
        place.state());
  }

  /**
   * Emits the passes.
   *
   * @param passes the passes, in the order of a step
   * @param before what has to be done before weights change
   * @return nodes for which the update has to wait
   * @throws GraphRewriteException if the site lacks what a pass needs
   */
  List<String> emit(List<StepPass> passes, List<String> before) {
    List<String> done = new ArrayList<>();
    for (StepPass pass : passes) {
      for (Action action : pass.actions(Action.Moment.BEFORE)) {
        if (!pass.kept().isEmpty()) {
          List<String> nodes = new Doing(pass, action, List.of()).emit();
          UpdateNode.writesBefore(graph, site, update(pass))
              .forEach(
                  write -> nodes.forEach(each -> emission.delay(site.function(), write, each)));
          done.addAll(nodes);
        }
      }
    }
    Set<String> waits = new LinkedHashSet<>(before);
    waits.addAll(done);
    for (StepPass pass : passes) {
      for (Action action : pass.actions(Action.Moment.BEFORE)) {
        if (pass.kept().isEmpty()) {
          waits.addAll(UpdateNode.awaited(graph, update(pass)));
          List<String> changed = new Doing(pass, action, List.copyOf(waits)).emit();
          waits.addAll(changed);
          if (takesGradient(pass)) {
            done.addAll(changed);
          } else {
            String update = graph.name(update(pass));
            changed.forEach(each -> emission.delay(site.function(), update, each));
          }
        }
      }
    }
    follow(passes);
    for (StepPass pass : passes) {
      if (pass.shrinks() || pass.updateRule().isPresent()) {
        SelfWrites.hazards(graph, site.variable().name(), update(pass), pass)
            .forEach(emission::hazard);
      }
    }
    return done;
  }

  /**
   * Whether the update itself takes the gradient, and so waits for what the gradient waits for.
   * Otherwise what it takes is made of the gradient, and has to be there before weights change.
   */
  private boolean takesGradient(StepPass pass) {
    return UpdateNode.trainingOp(graph, site).isPresent()
        || (pass.rateTensor().isEmpty() && pass.updateRule().isEmpty());
  }

  private int update(StepPass pass) {
    UpdateNode.Found found = UpdateNode.of(graph, site);
    if (found.id().isEmpty()) {
      throw refusal(pass, found.missing().why());
    }
    return found.id().getAsInt();
  }

  private GraphRewriteException refusal(StepPass pass, String why) {
    return new GraphRewriteException(pass.refusal(site.variable().name(), site.anchor(), why));
  }

  /**
   * Emits what makes new weights in place of the update, where a pass does.
   *
   * @param gradient what the optimizer would take
   * @throws GraphRewriteException if the update is none that can be replaced
   */
  void replaceUpdate(List<StepPass> passes, Out gradient) {
    for (StepPass pass : passes) {
      pass.updateRule().ifPresent(rule -> replaceUpdate(pass, rule, gradient));
    }
  }

  private void replaceUpdate(StepPass pass, UpdateRule rule, Out gradient) {
    String update = graph.name(update(pass));
    requireAlone(
        pass, update, emission.replacements(site.function()).stream().map(ReplacedUpdate::node));
    if (UpdateNode.trainingOp(graph, site).isEmpty()) {
      requireOneWrite(pass);
    }
    TensorFlowOps ops = place.ops(place.scalars(), names(pass, InsertedNames.UPDATE), List.of());
    List<String> after = List.of(gradient.tensor());
    List<StateVariable> kept = rule.kept().stream().map(name -> declared(pass, name)).toList();
    List<Out> old = kept.stream().map(each -> ops.inComputation(each.read(after))).toList();
    FilterStep<Out> step = rule.step(ops, ops.inComputation(gradient), old);
    List<String> before = new ArrayList<>(after);
    for (int i = 0; i < kept.size(); i++) {
      Out value = ops.cast(step.state().get(i), kept.get(i).spec().type());
      before.add(kept.get(i).assign("update", value).tensor());
    }
    Out subtracted = ops.cast(step.output(), place.target().variable().dtype());
    emission.replace(
        new ReplacedUpdate(
            site.function(), update, place.scalars().nodes().input(subtracted), before));
  }

  /** What an update is in ops is known if nothing else is written on the way to it. */
  private void requireOneWrite(StepPass pass) {
    List<Integer> writes = UpdateNode.writes(graph, site);
    if (writes.size() > 1) {
      throw refusal(
          pass,
          "its gradient goes into several writes of it, '"
              + graph.name(writes.get(0))
              + "' and '"
              + graph.name(writes.get(1))
              + "', so that which of them is the update is not known for certain");
    }
  }

  /** What comes after the update: it goes under another name, and its own name waits. */
  private void follow(List<StepPass> passes) {
    Optional<StepPass> first =
        passes.stream().filter(pass -> !pass.actions(Action.Moment.AFTER).isEmpty()).findFirst();
    if (first.isEmpty()) {
      return;
    }
    String node = graph.name(update(first.get()));
    requireAlone(
        first.get(), node, emission.moves(site.function()).stream().map(MovedUpdate::node));
    SiteNames names = place.target().names();
    String update = place.scalars().nodes().reserve(names.of(InsertedNames.UPDATE));
    List<String> before = new ArrayList<>(List.of(update));
    List<String> done = new ArrayList<>();
    for (StepPass pass : passes) {
      for (Action action : pass.actions(Action.Moment.AFTER)) {
        List<String> nodes = new Doing(pass, action, List.copyOf(before)).emit();
        before.addAll(nodes);
        done.addAll(nodes);
      }
    }
    emission.move(new MovedUpdate(site.function(), node, update, done));
  }

  private void requireAlone(StepPass pass, String update, Stream<String> others) {
    if (others.anyMatch(update::equals)) {
      throw refusal(pass, "several gradients meet in its update '" + update + "'");
    }
  }

  /** The tensors that a pass keeps, as this place gets at them. */
  private List<StateVariable> kept(StepPass pass) {
    return kept.computeIfAbsent(
        pass, p -> p.kept().stream().map(name -> declared(p, name)).toList());
  }

  private StateVariable declared(StepPass pass, String name) {
    return place
        .state()
        .declare(
            place.target().names().of(pass.kind().name() + "/" + name),
            place.type(),
            place.target().shape())
        .in(place.scalars().nodes())
        .firstAfter(turn);
  }

  /** The names of what a pass emits for one thing that it does. */
  private SiteNames names(StepPass pass, String name) {
    return new SiteNames(
        place.target().names().of(pass.kind().name() + "/" + name), pass.parameters());
  }

  /** The learning rate: what the update's op takes, or what the program has said. */
  private Out rate(StepPass pass) {
    int update = update(pass);
    String kind = graph.op(update);
    if (LearningRates.isFromSums(kind)) {
      throw refusal(
          pass, kind + " makes the weights anew from its sums, whatever they were before");
    }
    if (LearningRates.shrinks(kind)) {
      throw refusal(
          pass, kind + " shrinks weights by itself (l1, l2), and they would shrink twice");
    }
    boolean training = UpdateNode.trainingOp(graph, site).isPresent();
    if (!training && OpTable.isAssignment(kind)) {
      throw refusal(pass, "'" + graph.name(update) + "' overwrites the weights");
    }
    if (emission.rate().isPresent() && site.place().isEmpty()) {
      return emission.rate().get();
    }
    if (!pass.rateTensor().isEmpty()) {
      return told(pass, update);
    }
    OptionalInt input = training ? LearningRates.input(kind) : OptionalInt.empty();
    if (input.isEmpty()) {
      throw refusal(
          pass,
          "its update is written out in ops ("
              + site.evidence().text()
              + "), so that which number is the learning rate is not known for certain; name it"
              + " behind the decay, D,TENSOR");
    }
    if (LearningRates.mayBeCorrected(graph, update)) {
      throw refusal(
          pass,
          kind
              + " takes constants for the powers of beta, so that its rate may have been corrected"
              + " by them before and is not known for certain to be the learning rate");
    }
    return new Out(graph.input(update, input.getAsInt()), place.target().variable().dtype());
  }

  /** The rate as it is computed with. */
  private Out used(StepPass pass) {
    Out rate = rate(pass);
    return pass.rateTensor().isEmpty() ? rate : single(rate);
  }

  private Out told(StepPass pass, int update) {
    try {
      ToldRate rate = ToldRate.of(graph, pass.rateTensor(), update);
      return new Out(rate.tensor(), rate.type());
    } catch (IllegalArgumentException e) {
      throw refusal(pass, e.getMessage());
    }
  }

  /** A rate of more than one number ends the step with TensorFlow's error, and scales nothing. */
  private Out single(Out rate) {
    TensorFlowOps ops = place.ops(place.scalars(), place.target().names(), List.of());
    return ops.node("rate", "Reshape")
        .input(rate, ops.integers("rate_shape", List.of()))
        .attr("T", Attrs.type(rate.type()))
        .attr("Tshape", Attrs.type(DataType.DT_INT64))
        .emit(rate.type());
  }

  /** One action at this site. */
  private final class Doing {
    private final StepPass pass;
    private final Action action;
    private final List<String> before;
    private final SiteNames names;
    private final TensorFlowOps always;

    /**
     * @param before what is done before
     */
    Doing(StepPass pass, Action action, List<String> before) {
      this.pass = pass;
      this.action = action;
      this.before = before;
      this.names = names(pass, action.name());
      this.always = place.ops(place.scalars(), names, List.of());
    }

    /** Emits it; the result is what has been done when it is over. */
    List<String> emit() {
      Gate gate =
          action.condition(always).map(due -> new Gate(always::node, "due", due)).orElse(Gate.OPEN);
      List<String> controls = new ArrayList<>(before);
      controls.addAll(gate.pivot());
      TensorFlowOps ops = place.ops(place.scalars(), names, controls);
      List<StateVariable> states = kept(pass);
      List<Out> values =
          action.readsKept()
              ? states.stream().map(each -> ops.inComputation(each.read(controls))).toList()
              : List.of();
      Optional<Out> rate =
          pass.needsRate()
              ? Optional.of(place.scalars().cast(used(pass), DataType.DT_DOUBLE))
              : Optional.empty();
      Action.Change<Out> change = action.change(ops, rate, values);
      List<String> writes = new ArrayList<>();
      for (int i = 0; i < change.kept().size(); i++) {
        StateVariable state = states.get(i);
        state.ready();
        Out value = ops.cast(change.kept().get(i), state.spec().type());
        writes.add(state.assign(action.name(), value, controls).tensor());
      }
      change
          .variable()
          .map(value -> assign(ops.cast(value, place.target().variable().dtype()), controls))
          .ifPresent(writes::add);
      return gate.join(writes);
    }

    private String assign(Out value, List<String> controls) {
      VariableNode variable = place.target().variable();
      boolean reference = variable.kind() == VariableNode.Kind.REFERENCE;
      Node node =
          always
              .node("assign", reference ? "Assign" : "AssignVariableOp")
              .input(place.target().read().handle())
              .input(value)
              .after(controls);
      if (reference) {
        node.attr("T", Attrs.type(variable.dtype()))
            .attr("use_locking", Attrs.bool(true))
            .attr("validate_shape", Attrs.bool(true));
      } else {
        node.attr("dtype", Attrs.type(variable.dtype()));
      }
      if (pass.needsRate()) {
        node.attr(Provenance.RATE, Attrs.string(rate(pass).tensor()));
      }
      return TensorName.nodeOf(node.emit(variable.dtype()).tensor());
    }
  }
}
