package org.grokfast.rewrite.emit;

import java.util.ArrayList;
import java.util.List;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.StateTensor;
import org.grokfast.filter.algebra.FilterStep;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.graph.NameAllocator;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.grokfast.rewrite.TrainedVariable;

/**
 * Writes the planned filters into graphs of any format:
 *
 * <pre>
 *   gradient ─▶ filter ─▶ grokfast/&lt;w&gt;/gradient ─▶ optimizer
 *                │  ▲
 *                ▼  │
 *         grokfast/&lt;w&gt;/&lt;state&gt;
 * </pre>
 *
 * Every state is read before it is written.
 */
public final class FilterWriter {
  private final GradientFilter common;
  private final NameAllocator names;

  /**
   * A writer for one graph and its functions.
   *
   * @param common the filter as the user gave it
   * @param names names that are free
   */
  public FilterWriter(GradientFilter common, NameAllocator names) {
    this.common = common;
    this.names = names;
  }

  /** Writes the filter of one site. */
  public <T> void write(PlannedSite planned, GraphBackend<T> graph) {
    TrainedVariable variable = planned.site().variable();
    SiteNames siteNames =
        new SiteNames(names.allocate(InsertedNames.PREFIX + variable.name()), common.parameters());
    GraphBackend.Site<T> site = graph.open(planned, siteNames);
    GradientFilter filter = planned.filter();
    List<GraphBackend.State<T>> states = new ArrayList<>();
    for (StateTensor tensor : filter.state()) {
      Precision precision = tensor.precision(filter.options(), variable.precision());
      states.add(
          site.declare(
              new GraphBackend.StateSpec(
                  siteNames.of(tensor.name()),
                  shape(tensor, variable),
                  precision,
                  tensor.isRing())));
    }
    List<T> old = states.stream().map(GraphBackend.State::old).toList();
    T gradient = site.gradient();
    FilterStep<T> step = site.step(filter, gradient, old);
    for (int i = 0; i < states.size(); i++) {
      states.get(i).write(step.state().get(i));
    }
    if (!filter.options().probes().isEmpty()) {
      site.measure(filter.options().probes(), gradient, step.output());
    }
    if (!planned.passes().isEmpty()) {
      site.change(planned.passes(), step.output());
    }
    site.replaceGradient(step.output());
  }

  private static List<Long> shape(StateTensor tensor, TrainedVariable variable) {
    List<Long> shape = new ArrayList<>();
    if (tensor.isRing()) {
      shape.add((long) tensor.slots());
    }
    shape.addAll(variable.shape());
    return shape;
  }
}
