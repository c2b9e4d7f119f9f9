package org.grokfast.tensorflow.emit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.graph.NameAllocator;
import org.grokfast.rewrite.RewritePlan;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.rewrite.emit.FilterWriter;
import org.grokfast.tensorflow.edit.UpdateConditions;
import org.grokfast.tensorflow.graph.Program;
import org.grokfast.tensorflow.graph.VariableNode;
import org.grokfast.tensorflow.sharing.PassSites;
import org.grokfast.tensorflow.sharing.StateGroups;

/**
 * Turns a plan into nodes: those of the main graph, where all state is declared, and those of each
 * function that holds a site.
 */
public final class FilterEmitter {
  private final RewritePlan plan;
  private final Program program;
  private final NameAllocator names;
  private final NodeEmitter.Out rate;

  /**
   * An emitter for one plan.
   *
   * @param plan what to build
   * @param program the graph that it is for
   * @param names names that are free in the main graph
   */
  public FilterEmitter(RewritePlan plan, Program program, NameAllocator names) {
    this(plan, program, names, null);
  }

  private FilterEmitter(
      RewritePlan plan, Program program, NameAllocator names, NodeEmitter.Out rate) {
    this.plan = plan;
    this.program = program;
    this.names = names;
    this.rate = rate;
  }

  /** The same, with the learning rate of all updates told: a scalar of the main graph. */
  public FilterEmitter withRate(NodeEmitter.Out learningRate) {
    return new FilterEmitter(plan, program, names, learningRate);
  }

  public Emission emit() {
    Emission emission = new Emission(program, new NodeEmitter(names, home()), kind(), rate);
    StateGroups groups = new StateGroups(plan, program);
    new PassSites(program, groups).require(plan);
    FilterWriter writer = new FilterWriter(plan.filter(), names);
    Map<String, BodyEmitter> bodies = new LinkedHashMap<>();
    for (PlannedSite planned : plan.sites()) {
      writer.write(
          planned,
          bodies.computeIfAbsent(
              planned.site().function(),
              function ->
                  new BodyEmitter(
                      emission,
                      scalars(emission, function),
                      groups,
                      new UpdateConditions(program, function, sites(function)))));
    }
    emission
        .measuring()
        .emitReadings(new Scalars(emission.main(), emission.state(), false, arrival("")));
    return emission;
  }

  private Scalars scalars(Emission emission, String function) {
    return new Scalars(
        emission.at(function),
        emission.state(),
        plan.filter().options().isTunable(),
        arrival(function));
  }

  private Arrival arrival(String function) {
    return new Arrival(program.graph(function), sites(function));
  }

  private List<UpdateSite> sites(String function) {
    return plan.sites().stream()
        .map(PlannedSite::site)
        .filter(site -> site.function().equals(function))
        .toList();
  }

  /**
   * The task of the first variable that is placed on one. What is nobody's own would stand with the
   * master of the session otherwise: with a worker, where other workers don't see it.
   */
  private String home() {
    return plan.sites().stream()
        .map(planned -> program.variable(planned.site().variable().name()).task())
        .filter(task -> !task.isEmpty())
        .findFirst()
        .orElse("");
  }

  /** The family of scalars; what functions use has to be a resource. */
  private VariableNode.Kind kind() {
    return plan.sites().stream().anyMatch(planned -> planned.site().place().isPresent())
        ? VariableNode.Kind.RESOURCE
        : program.variable(plan.sites().get(0).site().variable().name()).kind();
  }
}
