package org.grokfast.onnx.emit;

import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.grokfast.filter.GradientFilter;
import org.grokfast.graph.NameAllocator;
import org.grokfast.onnx.graph.Tensor;
import org.grokfast.onnx.next.UpdateConditions.Condition;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.rewrite.emit.FilterWriter;
import org.grokfast.rewrite.emit.GraphBackend;
import org.grokfast.rewrite.emit.SiteNames;

/** Turns the planned sites of one graph into nodes, before the nodes that take the gradients. */
public final class OnnxEmitter implements GraphBackend<Tensor> {
  private final OnnxEdit edit;
  private final StateStore store;
  private final OnnxNodes shared;
  private final OnnxNodes last;
  private final OnnxScalars scalars;
  private final OnnxMeasuring measuring;
  private final FilterWriter writer;
  private final Map<String, PassPlace> places;
  private final Map<UpdateSite, Set<Condition>> conditions;
  private final Map<Set<Condition>, Group> groups = new HashMap<>();

  /**
   * Sites that make their updates in the same steps.
   *
   * @param store where state is kept
   * @param scalars those that they share
   * @param gate whether a step makes the updates, where it may not
   */
  private record Group(StateStore store, OnnxScalars scalars, Optional<Gate> gate) {}

  /**
   * An emitter for one graph, in which no passes go and no update is skipped.
   *
   * @param filter the filter as the user gave it
   * @param edit receives the nodes
   * @param store where state is kept
   * @param names names that are free in the whole model
   * @param opset the version of the default domain
   */
  public OnnxEmitter(
      GradientFilter filter, OnnxEdit edit, StateStore store, NameAllocator names, long opset) {
    this(filter, edit, store, new OnnxNodes(names, opset), Map.of(), Map.of());
  }

  /**
   * An emitter for one graph.
   *
   * @param filter the filter as the user gave it
   * @param edit receives the nodes
   * @param store where state is kept
   * @param shared the nodes in front of all others
   * @param places where passes go, by the parameter that they are for
   * @param conditions what has to hold for updates to be made, for every site
   */
  public OnnxEmitter(
      GradientFilter filter,
      OnnxEdit edit,
      StateStore store,
      OnnxNodes shared,
      Map<String, PassPlace> places,
      Map<UpdateSite, Set<Condition>> conditions) {
    this.edit = edit;
    this.store = store;
    this.shared = shared;
    this.places = Map.copyOf(places);
    this.conditions = Map.copyOf(conditions);
    this.last = shared.elsewhere();
    Set<Set<Condition>> distinct = Set.copyOf(conditions.values());
    Set<Condition> common = distinct.size() == 1 ? distinct.iterator().next() : Set.of();
    Optional<Gate> gate = gate(common);
    StateStore states = gated(gate);
    this.scalars = new OnnxScalars(shared, states, filter.options().isTunable());
    groups.put(common, new Group(states, scalars, gate));
    this.measuring = new OnnxMeasuring(shared.elsewhere(), scalars);
    this.writer = new FilterWriter(filter, shared.names());
  }

  private Optional<Gate> gate(Set<Condition> holding) {
    return holding.isEmpty()
        ? Optional.empty()
        : Optional.of(new Gate(edit, shared.elsewhere(), holding));
  }

  private StateStore gated(Optional<Gate> gate) {
    return gate.<StateStore>map(each -> new GatedStates(store, each, last)).orElse(store);
  }

  /** The group of a site. Where not all updates are made together, each group counts its own. */
  private Group group(PlannedSite planned, SiteNames names) {
    return groups.computeIfAbsent(
        conditions.getOrDefault(planned.site(), Set.of()),
        holding -> {
          Optional<Gate> gate = gate(holding);
          StateStore states = gated(gate);
          String counter = names.of(InsertedNames.STEP);
          return new Group(states, scalars.counting(shared, counter, states), gate);
        });
  }

  public void emit(List<PlannedSite> sites) {
    sites.forEach(planned -> writer.write(planned, this));
    edit.addLast(measuring.emit());
    edit.addLast(last.nodes());
    edit.addFirst(shared.nodes());
  }

  /** The new outputs of the graph that hold what is measured. */
  public List<ValueInfoProto> outputs() {
    return measuring.outputs();
  }

  @Override
  public Site<Tensor> open(PlannedSite planned, SiteNames names) {
    Group group = group(planned, names);
    return new OnnxSite(
        edit,
        group.store(),
        new SitePlace(
            shared.elsewhere(),
            group.scalars(),
            measuring,
            names,
            Optional.ofNullable(places.get(planned.site().variable().name())),
            group.gate()),
        planned);
  }
}
