package org.grokfast.tensorflow.emit;

import java.util.LinkedHashMap;
import java.util.Map;
import org.grokfast.graph.NameAllocator;
import org.grokfast.rewrite.RewritePlan;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.grokfast.rewrite.emit.FilterWriter;
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
    Emission emission = new Emission(program, names, kind(), rate);
    StateGroups groups = new StateGroups(plan, program);
    new PassSites(program, groups).require(plan);
    FilterWriter writer = new FilterWriter(plan.filter(), names);
    boolean tunable = plan.filter().options().isTunable();
    Map<String, BodyEmitter> bodies = new LinkedHashMap<>();
    for (PlannedSite planned : plan.sites()) {
      writer.write(
          planned,
          bodies.computeIfAbsent(
              planned.site().function(),
              function -> new BodyEmitter(emission, emission.at(function), groups, tunable)));
    }
    emission.measuring().emitReadings(new Scalars(emission.main(), emission.state(), false));
    return emission;
  }

  /** The family of scalars; what functions use has to be a resource. */
  private VariableNode.Kind kind() {
    return plan.sites().stream().anyMatch(planned -> planned.site().place().isPresent())
        ? VariableNode.Kind.RESOURCE
        : program.variable(plan.sites().get(0).site().variable().name()).kind();
  }
}
