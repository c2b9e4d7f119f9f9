package org.grokfast.tensorflow.find;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.rewrite.coverage.Reason;
import org.grokfast.tensorflow.graph.ControlFlow;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.Program;
import org.grokfast.tensorflow.graph.UpdateSinks;
import org.grokfast.tensorflow.graph.VariableNode;

/**
 * Where an update stands and what that means for its filter: a site in a branch is marked, one in a
 * function is told what runs it, and one where no state can be kept becomes a {@link NearMiss}.
 * Sites that a rule found and sites named by hand pass through here alike.
 */
public final class SiteContext {
  private final Program program;
  private final Map<String, ControlFlow> flows = new HashMap<>();

  public SiteContext(Program program) {
    this.program = program;
  }

  /** A finding as the whole program sees it: of a site, perhaps why it can't be filtered. */
  public Finding place(Finding finding) {
    return finding instanceof UpdateSite site ? place(site) : finding;
  }

  private Finding place(UpdateSite site) {
    if (site.rows().isPresent() && site.variable().shape().isEmpty()) {
      return miss(
          site, Reason.of("variable '" + site.variable().name() + "' is a scalar and has no rows"));
    }
    GraphIndex graph = program.graph(site.function());
    ControlFlow flow = flows.computeIfAbsent(site.function(), name -> new ControlFlow(graph));
    int id = graph.id(site.anchor());
    if (flow.isInLoop(id)) {
      return standsWrong(
          site,
          Reason.of(
              "inside a loop, where no state can be kept yet",
              "build the loop with control flow v2, as a While op"));
    }
    UpdateSite marked = flow.isConditional(id) ? site.inBranch() : site;
    return site.place().isEmpty() ? marked : inFunction(marked);
  }

  /** A site in a function, unless no state can be kept there. */
  private Finding inFunction(UpdateSite site) {
    if (program.isCompiled(site.function())) {
      return standsWrong(
          site,
          Reason.of(
              "in code that XLA compiles, which can keep no state of its own",
              "export the model without jit_compile"));
    }
    String variable = site.variable().name();
    if (isReference(program.main(), variable)
        || isReference(program.graph(site.function()), variable)) {
      return standsWrong(
          site,
          Reason.of(
              "in a function, which takes resource variables and not references",
              "make it a resource variable"));
    }
    return site.withTrigger(trigger(program.main(), program.roots().get(site.function())));
  }

  private static boolean isReference(GraphIndex graph, String name) {
    return graph.has(name)
        && VariableNode.at(graph, graph.id(name))
            .filter(variable -> variable.kind() == VariableNode.Kind.REFERENCE)
            .isPresent();
  }

  private static Finding standsWrong(UpdateSite site, Reason where) {
    return miss(site, where.after("updates '" + site.variable().name() + "' "));
  }

  private static Finding miss(UpdateSite site, Reason reason) {
    NearMiss miss = new NearMiss(site.anchor(), site.rule(), reason);
    return site.place().map(miss::at).orElse(miss);
  }

  /** What runs any of these nodes of the main graph. */
  private static String trigger(GraphIndex main, Set<String> roots) {
    TreeSet<String> sinks = new TreeSet<>();
    for (String root : roots) {
      sinks.addAll(List.of(UpdateSinks.of(main, main.id(root)).split(",", -1)));
    }
    return String.join(",", sinks);
  }
}
