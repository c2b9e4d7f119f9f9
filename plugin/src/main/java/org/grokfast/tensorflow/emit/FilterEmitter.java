package org.grokfast.tensorflow.emit;

import java.util.LinkedHashMap;
import java.util.Map;
import org.grokfast.filter.GradientFilter;
import org.grokfast.graph.NameAllocator;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.RewritePlan;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.grokfast.tensorflow.graph.Program;
import org.grokfast.tensorflow.graph.VariableNode;

/**
 * Turns a plan into nodes: those of the main graph, where all state is declared, and those of each
 * function that holds a site.
 */
public final class FilterEmitter {
  private final RewritePlan plan;
  private final Context context;
  private final Insertions insertions;

  /**
   * What the emitters of all places share.
   *
   * @param program the graph that is rewritten
   * @param filter the filter with its options
   * @param names names that are free in the main graph
   */
  record Context(Program program, GradientFilter filter, NameAllocator names) {}

  /**
   * An emitter for one plan.
   *
   * @param plan what to build
   * @param program the graph that it is for
   * @param names names that are free in the main graph
   */
  public FilterEmitter(RewritePlan plan, Program program, NameAllocator names) {
    this.plan = plan;
    this.context = new Context(program, plan.filter(), names);
    this.insertions = new Insertions(program, names);
  }

  public Emission emit() {
    FilterState state = new FilterState(insertions.main(), kind());
    Map<String, SiteEmitter> emitters = new LinkedHashMap<>();
    for (PlannedSite planned : plan.sites()) {
      emitters
          .computeIfAbsent(
              planned.site().function(),
              function -> new SiteEmitter(context, state, insertions.at(function)))
          .emit(planned);
    }
    Map<String, Map<GradientEdge, String>> redirections = new LinkedHashMap<>();
    emitters.forEach((function, emitter) -> redirections.put(function, emitter.redirections()));
    return new Emission(insertions, state.variables(), redirections);
  }

  /** The family of scalars; what functions use has to be a resource. */
  private VariableNode.Kind kind() {
    return plan.sites().stream().anyMatch(planned -> planned.site().place().isPresent())
        ? VariableNode.Kind.RESOURCE
        : context.program().variable(plan.sites().get(0).site().variable().name()).kind();
  }
}
