package org.grokfast.tensorflow;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.Miss;
import org.grokfast.rewrite.UpdateSite;

/** Runs every rule and says where each finding stands. */
final class SiteFinder {
  private static final List<SiteRule> RULES =
      List.of(new ApplyRule(), new DataFlowRule(), new CustomOpRule());

  private SiteFinder() {}

  /** What the rules find in a main graph and then in its functions, callers first. */
  static List<Finding> find(TrainingProgram program) {
    List<Map<String, List<Finding>>> found =
        RULES.stream().map(rule -> rule.find(program)).toList();
    List<Finding> findings = new ArrayList<>(inOrder(found, TrainingProgram.MAIN, program.main()));
    for (FunctionBody body : program.functions().values()) {
      for (Finding finding : inOrder(found, body.name(), body.graph())) {
        findings.add(
            finding instanceof UpdateSite site
                ? stateful(site, program, body)
                : inFunction((Miss) finding, body.name()));
      }
    }
    return findings;
  }

  /** What the rules found in one graph, in the order of its nodes. */
  private static List<Finding> inOrder(
      List<Map<String, List<Finding>>> found, String function, TrainingGraph graph) {
    List<Finding> findings =
        found.stream()
            .flatMap(byFunction -> byFunction.getOrDefault(function, List.of()).stream())
            .sorted(Comparator.comparingInt(finding -> graph.id(node(finding))))
            .toList();
    return inControlFlow(graph, findings.stream().map(SiteFinder::withRows).toList());
  }

  /** A site, unless it updates rows of a variable that has none. */
  private static Finding withRows(Finding finding) {
    return finding instanceof UpdateSite site
            && site.rows().isPresent()
            && site.variable().shape().isEmpty()
        ? new Miss(
            node(site),
            site.evidence().rule(),
            "variable '" + site.variable().name() + "' is a scalar and has no rows")
        : finding;
  }

  private static String node(Finding finding) {
    return finding instanceof UpdateSite site
        ? site.edges().get(0).node()
        : ((Miss) finding).node();
  }

  /** A site in a function, unless no state can be kept there. */
  private static Finding stateful(UpdateSite site, TrainingProgram program, FunctionBody body) {
    if (program.isCompiled(body.name())) {
      return inFunction(
          miss(
              site,
              "in code that XLA compiles, which can keep no state of its own; export the model"
                  + " without jit_compile"),
          body.name());
    }
    String variable = site.variable().name();
    if (isReference(program.main(), variable) || isReference(body.graph(), variable)) {
      return inFunction(
          miss(site, "in a function, which takes resource variables and not references"),
          body.name());
    }
    return inFunction(site, program, body.name());
  }

  private static boolean isReference(TrainingGraph graph, String name) {
    return graph.has(name)
        && VariableNode.of(graph.node(graph.id(name)))
            .filter(variable -> variable.kind() == VariableNode.Kind.REFERENCE)
            .isPresent();
  }

  /** A site that can't be filtered, because of where it stands. */
  private static Miss miss(UpdateSite site, String where) {
    return new Miss(
        site.edges().get(0).node(),
        site.evidence().rule(),
        "updates '" + site.variable().name() + "' " + where);
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
    int id = graph.id(site.edges().get(0).node());
    if (flow.isInLoop(id)) {
      return miss(site, "inside a loop, where no state can be kept yet");
    }
    return flow.isConditional(id) ? site.inBranch() : site;
  }
}
