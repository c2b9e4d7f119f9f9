package org.grokfast.probe;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.grokfast.filter.algebra.FilterOps;
import org.grokfast.filter.algebra.FilterOps.ScalarOp;

/**
 * Probes that measure in the same steps.
 *
 * @param every the interval; ≥ 1
 * @param probes the probes, each once
 */
public record Panel(int every, List<Probe> probes) {
  /** Makes the list immutable. */
  public Panel {
    probes = List.copyOf(probes);
  }

  /** The panels of some settings, the most frequent first. */
  public static List<Panel> of(List<ProbeSetting> settings) {
    Map<Integer, List<Probe>> byInterval = new TreeMap<>();
    for (ProbeSetting setting : settings) {
      byInterval.computeIfAbsent(setting.every(), every -> new ArrayList<>()).add(setting.probe());
    }
    List<Panel> panels = new ArrayList<>();
    byInterval.forEach((every, probes) -> panels.add(new Panel(every, probes)));
    return panels;
  }

  /** The sums that the probes need, each once. */
  public List<Quantity> quantities() {
    LinkedHashSet<Quantity> all = new LinkedHashSet<>();
    probes.forEach(probe -> all.addAll(probe.quantities()));
    return List.copyOf(all);
  }

  /**
   * What the probes give, by the names of their columns and in their order.
   *
   * @param ops the algebra to write in
   * @param sums those of {@link #quantities()}, one after the other
   */
  public <S, T> Map<String, T> values(FilterOps<S, T> ops, List<T> sums) {
    Map<Quantity, List<T>> byQuantity = new HashMap<>();
    int next = 0;
    for (Quantity quantity : quantities()) {
      byQuantity.put(quantity, sums.subList(next, next + quantity.size()));
      next += quantity.size();
    }
    Map<String, T> values = new LinkedHashMap<>();
    for (Probe probe : probes) {
      List<T> own = new ArrayList<>();
      probe.quantities().forEach(quantity -> own.addAll(byQuantity.get(quantity)));
      List<T> given = probe.values(ops, own);
      for (int i = 0; i < given.size(); i++) {
        values.put(probe.columns().get(i), given.get(i));
      }
    }
    return values;
  }

  /** The condition that this step measures: it is the first, or its number divides. */
  public <S, T> S isDue(FilterOps<S, T> ops) {
    S step = ops.stepNumber();
    S first = ops.subtract(step, ops.constant(1));
    S rest = ops.scalar(ScalarOp.MODULO, step, ops.constant(every));
    return ops.less(ops.minimum(first, rest), ops.constant(1));
  }

  /** The condition that the next step measures. */
  public <S, T> S isNextDue(FilterOps<S, T> ops) {
    S next = ops.add(ops.stepNumber(), ops.constant(1));
    return ops.less(ops.scalar(ScalarOp.MODULO, next, ops.constant(every)), ops.constant(1));
  }
}
