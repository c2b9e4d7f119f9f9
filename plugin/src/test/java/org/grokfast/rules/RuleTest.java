package org.grokfast.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The test of one rule, beside the rule and named after it: its cases, what every rewrite must keep
 * to, and its page under {@code docs/rules}.
 *
 * @param <M> the message that holds a graph of the rule's format
 */
public abstract class RuleTest<M> {
  private static final Path ROOT = Path.of(System.getProperty("grokfast.root", ".."));

  private final RuleForm<M> form;
  private final String rule;
  private final String description;
  private final List<RuleCase<M>> cases = new ArrayList<>();

  /**
   * A test.
   *
   * @param rule the rule's name
   * @param description the rule in one line
   */
  protected RuleTest(RuleForm<M> form, String rule, String description) {
    this.form = form;
    this.rule = rule;
    this.description = description;
    addCases();
  }

  /** Describes the cases by {@link #rewrite}, in the order in which the rule's Javadoc has them. */
  protected abstract void addCases();

  /** The name of the rule's page, and of nothing else. */
  protected String page() {
    return rule;
  }

  /**
   * Begins a case.
   *
   * @param title what it shows; the Javadoc of the rule says the same
   * @param graph the graph before, one node a line
   */
  protected final RuleCase<M> rewrite(String title, String graph) {
    RuleCase<M> added = RuleCase.of(form, rule, title, graph);
    cases.add(added);
    return added;
  }

  @TestFactory
  Stream<DynamicTest> everyCaseIsAsItSays() {
    return cases.stream().map(each -> DynamicTest.dynamicTest(each.title(), each::check));
  }

  @TestFactory
  @Tag("native")
  Stream<DynamicTest> withLambZeroNoBitOfAVariableChanges() {
    return cases.stream()
        .filter(RuleCase::canRun)
        .map(each -> DynamicTest.dynamicTest(each.title(), each::checkZeroLamb));
  }

  @Test
  void asManyCasesMustNotFireAsMust() {
    long silent = cases.stream().filter(RuleCase::mustNotFire).count();
    assertThat(cases).isNotEmpty();
    assertThat(silent).isGreaterThanOrEqualTo(cases.size() - silent);
  }

  @Test
  void theJavadocOfTheRuleNumbersTheCases() throws IOException {
    String test = getClass().getName();
    Path file =
        ROOT.resolve("plugin/src/main/java")
            .resolve(
                test.substring(0, test.length() - "Test".length()).replace('.', '/') + ".java");
    String javadoc =
        Files.readString(file).replaceAll("\\n \\* ?", " ").replaceAll("\\{@code ([^}]*)}", "`$1`");
    String items =
        String.join(
            " ",
            Stream.of(javadoc.split("<li>", -1))
                .skip(1)
                .map(item -> item.split("<", 2)[0])
                .toList());
    assertThat(items.replaceAll("\\s+", " ").strip())
        .as("the items of the list in the Javadoc")
        .isEqualTo(String.join(" ", cases.stream().map(each -> each.title() + ".").toList()));
  }

  @Test
  void thePageIsUpToDate() throws IOException {
    Path file = ROOT.resolve("docs/rules").resolve(page() + ".md");
    String page = text();
    if (Boolean.getBoolean("grokfast.updateDocs")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, page);
    }
    assertThat(file)
        .as(
            "write it again with: mvn -pl plugin test -Dtest="
                + getClass().getSimpleName()
                + " -Dgrokfast.updateDocs=true")
        .hasContent(page);
  }

  private String text() {
    StringBuilder page = new StringBuilder("# The rule " + rule + "\n\n");
    page.append("Finds " + description + ".\n\n");
    page.append("Made from the cases of `" + getClass().getSimpleName() + "`. `Filter` stands for");
    page.append(" all nodes that are inserted for one gradient, `AllRows` for the numbers of all");
    page.append(" rows of a variable.\n\n");
    page.append("## Where it filters\n\n");
    add(page, false);
    page.append("## Where it does not\n\n");
    add(page, true);
    return page.toString().stripTrailing() + "\n";
  }

  private void add(StringBuilder page, boolean mustNotFire) {
    IntStream.range(0, cases.size())
        .filter(i -> cases.get(i).mustNotFire() == mustNotFire)
        .forEach(i -> page.append(cases.get(i).page(i + 1)));
  }
}
