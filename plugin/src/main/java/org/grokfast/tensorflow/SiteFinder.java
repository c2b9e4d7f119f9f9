package org.grokfast.tensorflow;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.Miss;
import org.grokfast.rewrite.UpdateSite;

/** Runs every rule on every node; the first rule that has something to say of a node wins. */
final class SiteFinder {
  private static final List<SiteRule> RULES =
      List.of(new ApplyRule(), new ScatterRule(), new AssignSubRule());

  private SiteFinder() {}

  /** What the rules find in a main graph and then in its functions, callers first. */
  static List<Finding> find(TrainingProgram program) {
    List<Finding> findings = new ArrayList<>(find(program.main()));
    for (FunctionBody body : program.functions().values()) {
      for (Finding finding : find(body.graph())) {
        findings.add(
            finding instanceof UpdateSite site
                ? stateful(site, program, body.name())
                : inFunction((Miss) finding, body.name()));
      }
    }
    return findings;
  }

  /** A site in a function, unless no state can be kept there. */
  private static Finding stateful(UpdateSite site, TrainingProgram program, String function) {
    return program.isCompiled(function)
        ? new Miss(
            function + "/" + site.edges().get(0).node(),
            site.evidence().rule(),
            "updates '"
                + site.variable().name()
                + "' in code that XLA compiles, which can keep no state of its own; export the"
                + " model without jit_compile")
        : inFunction(site, program, function);
  }

  /** A site that was found in a function's body, as the whole program sees it. */
  static UpdateSite inFunction(UpdateSite site, TrainingProgram program, String function) {
    return site.withTrigger(trigger(program.main(), program.roots().get(function)))
        .at(program.place(program.functions().get(function)));
  }

  private static Miss inFunction(Miss miss, String function) {
    return new Miss(function + "/" + miss.node(), miss.rule(), miss.reason());
  }

  /** What runs any of these nodes of the main graph. */
  private static String trigger(TrainingGraph main, Set<String> roots) {
    TreeSet<String> sinks = new TreeSet<>();
    for (String root : roots) {
      sinks.addAll(List.of(Triggers.of(main, main.id(root)).split(",", -1)));
    }
    return String.join(",", sinks);
  }

  /** What the rules find, in the order of the graph's nodes. */
  static List<Finding> find(TrainingGraph graph) {
    List<Finding> findings = new ArrayList<>();
    for (int id = 0; id < graph.size(); id++) {
      int node = id;
      RULES.stream()
          .flatMap(rule -> rule.examine(graph, node).stream())
          .findFirst()
          .ifPresent(findings::add);
    }
    return inControlFlow(graph, findings);
  }

  /** Findings with what control flow adds: branches are marked, loops can't be filtered. */
  private static List<Finding> inControlFlow(TrainingGraph graph, List<Finding> findings) {
    if (findings.stream().noneMatch(UpdateSite.class::isInstance)) {
      return findings;
    }
    ControlFlow flow = new ControlFlow(graph);
    List<Finding> placed = new ArrayList<>();
    for (Finding finding : findings) {
      placed.add(finding instanceof UpdateSite site ? placed(graph, flow, site) : finding);
    }
    return placed;
  }

  private static Finding placed(TrainingGraph graph, ControlFlow flow, UpdateSite site) {
    String node = site.edges().get(0).node();
    int id = graph.id(node);
    if (flow.isInLoop(id)) {
      return new Miss(
          node,
          site.evidence().rule(),
          "updates '" + site.variable().name() + "' inside a loop, where no state can be kept yet");
    }
    return flow.isConditional(id) ? site.inBranch() : site;
  }
}
