package org.grokfast.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.grokfast.filter.Ema;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.UpdateSite;

/**
 * One case of a rule: a graph, what the rule makes of it, and why. Besides what a case says, every
 * graph that is rewritten is checked for the laws of all rewrites.
 *
 * @param <M> the message that holds a graph
 */
public final class RuleCase<M> {
  private final RuleForm<M> form;
  private final String rule;
  private final String title;
  private final GraphText text;
  private final Map<String, String> named = new TreeMap<>();
  private final List<String> sites = new ArrayList<>();
  private final List<String> misses = new ArrayList<>();
  private final Map<String, String> silent = new TreeMap<>();
  private Optional<String> reason = Optional.empty();
  private Optional<String> refusal = Optional.empty();
  private Optional<String> after = Optional.empty();
  private Optional<String> notRun = Optional.empty();

  private RuleCase(RuleForm<M> form, String rule, String title, String text) {
    this.form = form;
    this.rule = rule;
    this.title = title;
    this.text = GraphText.parse(text);
  }

  /**
   * A case that says nothing yet.
   *
   * @param rule the name of the rule
   * @param title what it shows
   * @param text the graph before, one node a line
   */
  public static <M> RuleCase<M> of(RuleForm<M> form, String rule, String title, String text) {
    return new RuleCase<>(form, rule, title, text);
  }

  /** A gradient that the user names for a variable. */
  public RuleCase<M> named(String variable, String gradient) {
    named.put(variable, gradient);
    return this;
  }

  /**
   * All sites of the rule, in order: {@code variable: gradient → node, node}, with {@code gradient
   * of rows} for a sparse one, and {@code in function} or {@code in a branch} behind it.
   */
  public RuleCase<M> finds(String... expected) {
    sites.addAll(List.of(expected));
    return this;
  }

  /** The lines that are new or changed after the rewrite. */
  public RuleCase<M> becomes(String expected) {
    after = Optional.of(expected);
    return this;
  }

  /** The rule says nothing of this graph, as there is nothing of its kind in it. */
  public RuleCase<M> doesNotFire(String why) {
    reason = Optional.of(why);
    return this;
  }

  /** The rule finds what {@link #finds} says and nothing at all of one other variable. */
  public RuleCase<M> doesNotFireOn(String variable, String why) {
    silent.put(variable, why);
    return this;
  }

  /** The rule's near-misses, in order, each as it is reported without the rule's name. */
  public RuleCase<M> reports(String... expected) {
    misses.addAll(List.of(expected));
    return this;
  }

  /** The rewrite is refused with a message that holds this. */
  public RuleCase<M> isRefused(String message) {
    refusal = Optional.of(message);
    return this;
  }

  /** No runtime can run this graph, for a reason. */
  public RuleCase<M> notRun(String why) {
    notRun = Optional.of(why);
    return this;
  }

  String title() {
    return title;
  }

  /** Whether it is a case in which something must not be filtered. */
  boolean mustNotFire() {
    return reason.isPresent() || refusal.isPresent() || !misses.isEmpty() || !silent.isEmpty();
  }

  boolean canRun() {
    return !sites.isEmpty() && notRun.isEmpty();
  }

  /** Checks what the case says and every law that needs no runtime. */
  public void check() {
    M graph = form.parse(text);
    form.validate(graph);
    if (refusal.isPresent()) {
      assertThatThrownBy(() -> form.rewrite(graph, Ema.defaults(), named))
          .isInstanceOf(GraphRewriteException.class)
          .hasMessageContaining(refusal.get());
      return;
    }
    List<Finding> found =
        findings(graph).stream().filter(finding -> finding.rule().equals(rule)).toList();
    assertThat(found.stream().filter(UpdateSite.class::isInstance).map(RuleCase::text))
        .as("sites")
        .containsExactlyElementsOf(sites);
    assertThat(found.stream().filter(NearMiss.class::isInstance).map(RuleCase::text))
        .as("near-misses")
        .containsExactlyElementsOf(misses);
    for (String variable : silent.keySet()) {
      assertThat(found).as("findings of " + variable).noneMatch(each -> isAbout(each, variable));
    }
    if (!sites.isEmpty()) {
      checkLaws(graph);
      after.ifPresent(
          expected ->
              assertThat(
                      diff().stream()
                          .filter(line -> line.startsWith("+"))
                          .map(line -> line.substring(2).strip()))
                  .as("after")
                  .containsExactlyElementsOf(
                      Arrays.stream(expected.stripTrailing().split("\n", -1))
                          .map(String::strip)
                          .toList()));
    }
  }

  private static boolean isAbout(Finding finding, String variable) {
    return finding instanceof UpdateSite site
        ? site.variable().name().equals(variable)
        : finding.toString().contains("'" + variable + "'");
  }

  private List<Finding> findings(M graph) {
    if (named.isEmpty()) {
      return form.find(graph);
    }
    List<Finding> found = new ArrayList<>();
    var plan = form.rewrite(graph, Ema.defaults(), named).report().plan();
    plan.sites().forEach(planned -> found.add(planned.site()));
    found.addAll(plan.misses());
    return found;
  }

  /** A finding as cases write it. */
  static String text(Finding finding) {
    if (!(finding instanceof UpdateSite site)) {
      NearMiss miss = (NearMiss) finding;
      return miss.node() + ": " + miss.reason();
    }
    return site.variable().name()
        + ": "
        + site.gradient()
        + site.rows().map(rows -> " of " + rows.indices()).orElse("")
        + " → "
        + site.edges().stream().map(GradientEdge::node).distinct().collect(Collectors.joining(", "))
        + site.place().map(place -> " in " + place.function()).orElse("")
        + (site.evidence().conditional() ? " in a branch" : "");
  }

  private void checkLaws(M graph) {
    Ema filter = Ema.of(0.9, 2);
    RuleForm.Rewritten<M> rewritten = form.rewrite(graph, filter, named);
    form.validate(rewritten.graph());
    assertThat(form.bytes(form.rewrite(graph, filter, named).graph()))
        .as("two rewrites give the same bytes")
        .isEqualTo(form.bytes(rewritten.graph()));
    assertThat(form.bytes(form.strip(rewritten.graph())))
        .as("strip gives the original bytes")
        .isEqualTo(form.bytes(graph));
    assertThatThrownBy(() -> form.rewrite(rewritten.graph(), filter, named))
        .as("a second rewrite is refused")
        .isInstanceOf(GraphRewriteException.class)
        .hasMessageContaining("already holds");
    checkUntouched(graph, rewritten);
  }

  /** All nodes are as they were, save the inputs that take a gradient or its rows. */
  private void checkUntouched(M graph, RuleForm.Rewritten<M> rewritten) {
    Map<String, List<Integer>> redirected = new HashMap<>();
    rewritten
        .report()
        .plan()
        .sites()
        .forEach(
            planned -> {
              UpdateSite site = planned.site();
              List<GradientEdge> edges = new ArrayList<>(site.edges());
              site.rows().ifPresent(rows -> edges.addAll(rows.edges()));
              String prefix = site.function().isEmpty() ? "" : site.function() + "/";
              edges.forEach(
                  edge ->
                      redirected
                          .computeIfAbsent(prefix + edge.node(), key -> new ArrayList<>())
                          .add(edge.input()));
            });
    Map<String, NodeLine> now = byKey(rewritten.graph());
    for (NodeLine node : form.nodes(graph)) {
      NodeLine after = now.get(node.key());
      assertThat(after).as(node.key() + " is kept").isNotNull();
      List<String> inputs = new ArrayList<>(after.inputs());
      for (int input : redirected.getOrDefault(node.key(), List.of())) {
        assertThat(inputs.get(input)).as("what %s takes", node.key()).contains("grokfast/");
        inputs.set(input, node.inputs().get(input));
      }
      assertThat(after.withInputs(inputs)).as("all else of " + node.key()).isEqualTo(node);
    }
  }

  private Map<String, NodeLine> byKey(M graph) {
    Map<String, NodeLine> nodes = new HashMap<>();
    form.nodes(graph).forEach(node -> nodes.put(node.key(), node));
    return nodes;
  }

  /** That variables keep every bit where nothing is added to the gradient, and only there. */
  void checkZeroLamb() {
    M graph = form.runnable(form.parse(text));
    Map<String, List<Integer>> plain = form.run(graph, graph);
    assertThat(form.run(form.rewrite(graph, Ema.of(0.9, 0), named).graph(), graph))
        .isEqualTo(plain);
    assertThat(form.run(form.rewrite(graph, Ema.of(0.9, 2), named).graph(), graph))
        .isNotEqualTo(plain);
  }

  /** The graph with what changes: {@code -} and {@code +} before lines that do. */
  private List<String> diff() {
    RuleForm.Rewritten<M> rewritten = form.rewrite(form.parse(text), Ema.defaults(), named);
    M graph = rewritten.graph();
    Set<String> rows =
        rewritten.report().plan().sites().stream()
            .flatMap(planned -> planned.site().rows().stream())
            .map(UpdateSite.Rows::indices)
            .collect(Collectors.toSet());
    Map<String, NodeLine> now = byKey(graph);
    Map<String, NodeLine> stands = new HashMap<>();
    form.nodes(graph).stream()
        .filter(node -> form.isInserted(graph, node))
        .forEach(node -> stands.put(node.function() + "|" + node.name(), node));
    List<String> lines = new ArrayList<>();
    for (GraphText.Line line : text.lines()) {
      NodeLine before = line.node();
      NodeLine after = now.getOrDefault(before.key(), before);
      if (line.isFunction() || after.inputs().equals(before.inputs())) {
        lines.add("  " + line.text());
        continue;
      }
      lines.add("- " + line.text());
      String indent = before.function().isEmpty() ? "" : "  ";
      for (String input : after.inputs()) {
        String producer = input.split(":", 2)[0];
        NodeLine inserted = stands.remove(before.function() + "|" + producer);
        if (inserted != null) {
          lines.add(
              "+ "
                  + indent
                  + producer
                  + " = "
                  + form.replaces(graph, inserted)
                      .map(raw -> (rows.contains(raw) ? "AllRows" : "Filter") + "(" + raw + ")")
                      .orElse(inserted.op()));
        }
      }
      lines.add("+ " + line.withInputs(after.inputs()));
    }
    return lines;
  }

  /** The case as a part of its rule's page. */
  String page(int number) {
    StringBuilder page = new StringBuilder("### " + number + ". " + title + "\n\n");
    named.forEach(
        (variable, gradient) ->
            page.append("With `--gradient " + variable + "=" + gradient + "`:\n\n"));
    if (sites.isEmpty()) {
      page.append("```\n");
      text.lines().forEach(line -> page.append(line.text()).append('\n'));
    } else {
      page.append("```diff\n");
      diff().forEach(line -> page.append(line.stripTrailing()).append('\n'));
    }
    page.append("```\n\n");
    sites.forEach(site -> page.append("- filtered: `" + site + "`\n"));
    misses.forEach(miss -> page.append("- near-miss: " + miss + "\n"));
    silent.forEach((variable, why) -> page.append("- not `" + variable + "`: " + why + "\n"));
    reason.ifPresent(why -> page.append("- not filtered: " + why + "\n"));
    refusal.ifPresent(why -> page.append("- refused: … " + why + " …\n"));
    return page.append('\n').toString();
  }
}
