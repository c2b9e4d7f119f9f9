package org.grokfast.tensorflow.find;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.graph.ControlFlow;
import org.grokfast.tensorflow.graph.FunctionBody;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.Program;
import org.grokfast.tensorflow.graph.UpdateSinks;
import org.grokfast.tensorflow.graph.VariableNode;

/**
 * What the place of an update means for its filter: a site in a branch is marked, one in a function
 * is told where that is called, and one where no state can be kept becomes a {@link NearMiss}.
 * Sites that a rule found and sites named by hand pass through here alike.
 */
final class SiteContext {
  private final Program program;
  private final Map<String, ControlFlow> flows = new HashMap<>();

  SiteContext(Program program) {
    this.program = program;
  }

  /**
   * The site as the whole program sees it, or why it can't be filtered.
   *
   * @param site a site, spelled as in its own graph
   * @param function the function that it is in; empty for the main graph
   */
  Finding place(UpdateSite site, String function) {
    if (site.rows().isPresent() && site.variable().shape().isEmpty()) {
      String reason = "variable '" + site.variable().name() + "' is a scalar and has no rows";
      return new NearMiss(node(site, function), site.evidence().rule(), reason);
    }
    GraphIndex graph = program.graph(function);
    ControlFlow flow = flows.computeIfAbsent(function, name -> new ControlFlow(graph));
    int id = graph.id(site.edges().get(0).node());
    if (flow.isInLoop(id)) {
      return miss(
          site,
          function,
          "inside a loop, where no state can be kept yet; build the loop with control flow v2, as a"
              + " While op");
    }
    UpdateSite marked = flow.isConditional(id) ? site.inBranch() : site;
    return function.isEmpty() ? marked : inFunction(marked, program.functions().get(function));
  }

  /** A site in a function, unless no state can be kept there. */
  private Finding inFunction(UpdateSite site, FunctionBody body) {
    if (program.isCompiled(body.name())) {
      return miss(
          site,
          body.name(),
          "in code that XLA compiles, which can keep no state of its own; export the model"
              + " without jit_compile");
    }
    String variable = site.variable().name();
    if (isReference(program.main(), variable) || isReference(body.graph(), variable)) {
      return miss(
          site,
          body.name(),
          "in a function, which takes resource variables and not references; make it a resource"
              + " variable");
    }
    return site.withTrigger(trigger(program.main(), program.roots().get(body.name())))
        .at(program.place(body));
  }

  private static boolean isReference(GraphIndex graph, String name) {
    return graph.has(name)
        && VariableNode.at(graph, graph.id(name))
            .filter(variable -> variable.kind() == VariableNode.Kind.REFERENCE)
            .isPresent();
  }

  /** A site that can't be filtered, because of where it stands. */
  private static NearMiss miss(UpdateSite site, String function, String where) {
    return new NearMiss(
        node(site, function),
        site.evidence().rule(),
        "updates '" + site.variable().name() + "' " + where);
  }

  /** What takes the gradient, as the whole program spells it. */
  private static String node(UpdateSite site, String function) {
    return in(function, site.edges().get(0).node());
  }

  /** A node of a function's body, or of the main graph, as the whole program spells it. */
  static String in(String function, String node) {
    return function.isEmpty() ? node : function + "/" + node;
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
