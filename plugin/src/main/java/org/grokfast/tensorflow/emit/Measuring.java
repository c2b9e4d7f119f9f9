package org.grokfast.tensorflow.emit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.grokfast.probe.Panel;
import org.grokfast.probe.Quantity;
import org.grokfast.probe.Seen;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.rewrite.emit.SiteNames;
import org.grokfast.tensorflow.emit.NodeEmitter.Out;
import org.grokfast.tensorflow.graph.Attrs;
import org.tensorflow.proto.DataType;

/**
 * Emits probes. In a step that measures, each site writes its sums into a variable, before the
 * update, which waits for the filtered gradient:
 *
 * <pre>
 *   due? ─┬ yes ─▶ read θ, sums of θ, g and g' ─▶ Assign(grokfast/&lt;w&gt;/probe/every10/sums) ─▶ Merge
 *         └ no ───────────────────────────────────────────────────────────────────────▲    │
 *                                                       (control) grokfast/&lt;w&gt;/gradient ◀──┘
 * </pre>
 *
 * What is made of the sums, of one variable or of all, is no part of a step: nodes that read those
 * variables, {@code grokfast/<w>/probe/<name>} and {@code grokfast/probe/<name>}, run when they are
 * fetched.
 */
final class Measuring {
  private final Map<Panel, Map<String, Measured>> measured = new LinkedHashMap<>();
  private final Map<String, String> totals = new LinkedHashMap<>();
  private final Map<String, String> singles = new LinkedHashMap<>();

  /**
   * A site.
   *
   * @param scalars those of the graph or function that it is in
   * @param target the variable that is served
   * @param state where state is declared
   */
  record Place(Scalars scalars, TensorFlowOps.Target target, State state) {

    /** The algebra for other names, with the variable read after some nodes. */
    TensorFlowOps ops(Scalars with, SiteNames names, List<String> before) {
      VariableRead read = target.read().below(names.prefix(), before);
      return new TensorFlowOps(
          with,
          new TensorFlowOps.Target(
              target.variable(), names, target.shape(), target.types(), target.stepNumber(), read));
    }

    DataType type() {
      return target.types().computation();
    }
  }

  /** The state of a site. */
  interface State {
    /** A variable of zeros in the main graph, the same for sites that share their state. */
    StateVariable declare(String name, DataType type, List<Long> shape);

    /** The same where the site is; its readers wait for some nodes. */
    StateVariable local(StateVariable declared, List<String> before);
  }

  /** The variable that holds the sums of a site. */
  private record Measured(StateVariable sums, Place place) {}

  /**
   * Measures a site.
   *
   * @return nodes for which the update has to wait
   */
  List<String> measure(List<Panel> panels, Place place, Seen<Out> seen) {
    List<String> done = new ArrayList<>();
    panels.forEach(panel -> done.addAll(new Site(panel, place).measure(seen)));
    return done;
  }

  /** One panel at one site. */
  private final class Site {
    private final Panel panel;
    private final Place place;
    private final SiteNames names;
    private final TensorFlowOps always;

    Site(Panel panel, Place place) {
      this.panel = panel;
      this.place = place;
      this.names = place.target().names().probe();
      this.always = place.ops(place.scalars(), names, List.of());
    }

    List<String> measure(Seen<Out> seen) {
      Gate due = gate("due", panel::isDue);
      TensorFlowOps ops = place.ops(place.scalars(), names, due.pivot());
      Seen<Out> inside = new Seen<>(due.in(seen.gradient()), due.in(seen.filtered()));
      List<Out> sums = new ArrayList<>();
      List<Kept> later = new ArrayList<>();
      for (Quantity quantity : panel.quantities()) {
        List<Out> kept = List.of();
        if (quantity.when() == Quantity.When.EVERY_STEP) {
          kept = advance(quantity, seen).stream().map(due::in).toList();
        } else if (!quantity.kept().isEmpty()) {
          later.add(new Kept(quantity, declared(quantity)));
          kept = later.get(later.size() - 1).values(ops, due.pivot());
        }
        sums.addAll(quantity.measure(ops, inside, kept));
      }
      StateVariable holder =
          place.state().declare(path("sums"), place.type(), List.of((long) sums.size()));
      Out write = place.state().local(holder, List.of()).assign("update", packed(ops, sums));
      measured
          .computeIfAbsent(panel, p -> new LinkedHashMap<>())
          .putIfAbsent(holder.name(), new Measured(holder, place));
      List<String> done = new ArrayList<>(always.writes());
      done.addAll(due.join(List.of(write.tensor())));
      if (!later.isEmpty()) {
        done.addAll(keep(later, seen, done));
      }
      return done;
    }

    /** What only runs where a condition holds, or always where the panel measures in every step. */
    private Gate gate(String name, Function<TensorFlowOps, Out> condition) {
      return panel.every() > 1 ? new Gate(always::node, name, condition.apply(always)) : Gate.OPEN;
    }

    private String path(String name) {
      return names.of("every" + panel.every() + "/" + name);
    }

    private List<StateVariable> declared(Quantity quantity) {
      return quantity.kept().stream()
          .map(name -> place.state().declare(path(name), place.type(), place.target().shape()))
          .toList();
    }

    /** What is kept from step to step, moved in every step. */
    private List<Out> advance(Quantity quantity, Seen<Out> seen) {
      List<StateVariable> kept =
          declared(quantity).stream().map(each -> place.state().local(each, List.of())).toList();
      List<Out> old = kept.stream().map(always::read).toList();
      List<Out> next = quantity.keep(always, seen.gradient(), old);
      for (int i = 0; i < kept.size(); i++) {
        always.write(kept.get(i), next.get(i));
      }
      return next;
    }

    /** What one quantity keeps for the step after. */
    private final class Kept {
      private final Quantity quantity;
      private final List<StateVariable> declared;

      Kept(Quantity quantity, List<StateVariable> declared) {
        this.quantity = quantity;
        this.declared = declared;
      }

      List<Out> values(TensorFlowOps ops, List<String> before) {
        return declared.stream().map(each -> ops.read(place.state().local(each, before))).toList();
      }
    }

    /** Keeps what the next step measures against, once this step has read what was kept. */
    private List<String> keep(List<Kept> later, Seen<Out> seen, List<String> before) {
      Gate next = gate("next_due", panel::isNextDue);
      TensorFlowOps ops = place.ops(place.scalars(), names, next.pivot());
      List<String> writes = new ArrayList<>();
      for (Kept kept : later) {
        List<Out> values = kept.quantity.keep(ops, next.in(seen.gradient()), List.of());
        for (int i = 0; i < values.size(); i++) {
          StateVariable local = place.state().local(kept.declared.get(i), List.of());
          writes.add(local.assign("update", values.get(i), before).tensor());
        }
      }
      return next.join(writes);
    }

    private Out packed(TensorFlowOps ops, List<Out> sums) {
      return ops.node("Pack", "Pack")
          .input(sums.toArray(new Out[0]))
          .attr("T", Attrs.type(place.type()))
          .attr("N", Attrs.integer(sums.size()))
          .attr("axis", Attrs.integer(0))
          .emit(place.type());
    }
  }

  /**
   * Emits the nodes that give what was measured, when all sites have been.
   *
   * @param scalars those of the main graph
   */
  void emitReadings(Scalars scalars) {
    measured.forEach(
        (panel, sites) -> {
          List<Out> total = new ArrayList<>();
          for (Measured site : sites.values()) {
            SiteNames names = site.place().target().names().probe();
            TensorFlowOps ops = site.place().ops(scalars, names, List.of());
            List<Out> sums = unpacked(ops, site.sums());
            String variable = site.place().target().names().prefix();
            name(panel, ops, sums, "/" + variable.substring(InsertedNames.PREFIX.length()));
            for (int i = 0; i < sums.size(); i++) {
              if (total.size() <= i) {
                total.add(sums.get(i));
              } else {
                Out other = ops.cast(sums.get(i), total.get(i).type());
                total.set(i, ops.plus(total.get(i), other));
              }
            }
          }
          Place first = sites.values().iterator().next().place();
          SiteNames all = new SiteNames(InsertedNames.of(InsertedNames.PROBE), Map.of());
          name(panel, first.ops(scalars, all, List.of()), total, "");
        });
  }

  private void name(Panel panel, TensorFlowOps ops, List<Out> sums, String suffix) {
    panel
        .values(ops, sums)
        .forEach(
            (column, value) -> {
              Out named =
                  ops.node(column, "Identity")
                      .input(value)
                      .attr("T", Attrs.type(value.type()))
                      .emit(value.type());
              (suffix.isEmpty() ? totals : singles).put(column + suffix, named.tensor());
            });
  }

  private static List<Out> unpacked(TensorFlowOps ops, StateVariable sums) {
    int number = sums.spec().shape().get(0).intValue();
    Out first =
        ops.node("Unpack", "Unpack")
            .input(sums.read())
            .attr("T", Attrs.type(sums.spec().type()))
            .attr("num", Attrs.integer(number))
            .attr("axis", Attrs.integer(0))
            .emit(sums.spec().type());
    List<Out> all = new ArrayList<>(List.of(first));
    for (int i = 1; i < number; i++) {
      all.add(new Out(first.tensor() + ":" + i, first.type()));
    }
    return all;
  }

  /**
   * The tensor of each reading: first {@code weight-norm} in total, then {@code weight-norm/w} of
   * w.
   */
  Map<String, String> readings() {
    Map<String, String> readings = new LinkedHashMap<>(totals);
    readings.putAll(singles);
    return Collections.unmodifiableMap(readings);
  }
}
