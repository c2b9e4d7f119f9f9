package org.grokfast.tensorflow.find;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.graph.FunctionBody;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.Program;

/** Runs every rule and says where each finding stands. */
public final class SiteFinder {
  private static final List<SiteRule> RULES =
      List.of(new ApplyRule(), new DataFlowRule(), new CustomOpRule());

  private final SiteContext placement;
  private final List<Map<String, List<Finding>>> found;

  private SiteFinder(Program program) {
    placement = new SiteContext(program);
    found = RULES.stream().map(rule -> rule.find(program)).toList();
  }

  /** What the rules find in a main graph and then in its functions, callers first. */
  public static List<Finding> find(Program program) {
    SiteFinder finder = new SiteFinder(program);
    List<Finding> findings = new ArrayList<>(finder.in(Program.MAIN, program.main()));
    for (FunctionBody body : program.functions().values()) {
      findings.addAll(finder.in(body.name(), body.graph()));
    }
    return findings;
  }

  /** What the rules found in one graph, in the order of its nodes. */
  private List<Finding> in(String function, GraphIndex graph) {
    return found.stream()
        .flatMap(byFunction -> byFunction.getOrDefault(function, List.of()).stream())
        .sorted(Comparator.comparingInt(finding -> graph.id(node(finding))))
        .map(finding -> placed(finding, function))
        .toList();
  }

  private Finding placed(Finding finding, String function) {
    if (finding instanceof UpdateSite site) {
      return placement.place(site, function);
    }
    NearMiss miss = (NearMiss) finding;
    return new NearMiss(SiteContext.in(function, miss.node()), miss.rule(), miss.reason());
  }

  private static String node(Finding finding) {
    return finding instanceof UpdateSite site
        ? site.edges().get(0).node()
        : ((NearMiss) finding).node();
  }
}
