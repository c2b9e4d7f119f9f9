package org.grokfast.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.grokfast.filter.Ema;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.rewrite.NothingToRewriteException;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.file.GraphFileReader;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.GraphDef;

/**
 * Every training graph of the manifest: rewritten, trained for 50 steps and compared with weights
 * that Python TensorFlow reached with a filter written in numpy. The tolerance is the manifest's;
 * what the filters in float64 instead of float32 change is far below it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("native")
class InteropTest {
  private static final Path TABLE = Path.of("../docs/compatibility.md");
  private static final Map<String, GradientFilter> FILTERS =
      new TreeMap<>(Map.of("ema", Ema.of(0.9, 2), "ma", MovingAverage.of(5, 5)));

  private final Map<String, String> results = new TreeMap<>();

  static Stream<Fixture> rewritable() {
    return Fixture.all().stream().filter(InteropTest::isRewritable);
  }

  static Stream<Fixture> loops() {
    return Fixture.all().stream().filter(InteropTest::isInLoop);
  }

  static Stream<Fixture> untrainable() {
    return Fixture.all().stream().filter(fixture -> !fixture.trainsInJava());
  }

  private static boolean isRewritable(Fixture fixture) {
    return !isInLoop(fixture) && fixture.trainsInJava();
  }

  /** Updates in the frames of loops can't be filtered yet. */
  private static boolean isInLoop(Fixture fixture) {
    return fixture.where().contains("Enter");
  }

  private static GraphDef read(Fixture fixture) {
    return new GraphFileReader().read(fixture.path()).graph();
  }

  @Order(1)
  @ParameterizedTest
  @MethodSource("rewritable")
  void theRewrittenGraphReachesTheExpectedWeights(Fixture fixture) {
    GraphDef original = read(fixture);
    FILTERS.forEach(
        (name, filter) -> {
          GraphDef rewritten = new GraphRewriter(filter).apply(original).graph();
          boolean whole = name.equals("ema");
          compare(
              fixture,
              whole
                  ? FixtureRun.trainWhole(fixture, rewritten)
                  : FixtureRun.train(fixture, rewritten),
              name);
        });
    results.put(fixture.name(), "yes");
  }

  @Order(1)
  @ParameterizedTest
  @MethodSource("rewritable")
  void lambZeroLeavesTheWeightsAsTheyWere(Fixture fixture) {
    GraphDef original = read(fixture);
    GraphDef rewritten = new GraphRewriter(Ema.of(0.9, 0)).apply(original).graph();
    Map<String, double[]> weights = FixtureRun.train(fixture, rewritten);
    if (fixture.isSparse()) {
      compare(fixture, weights, "densified");
      return;
    }
    Map<String, double[]> unfiltered = FixtureRun.train(fixture, original);
    weights.forEach((name, values) -> assertThat(values).isEqualTo(unfiltered.get(name)));
  }

  @Order(1)
  @ParameterizedTest
  @MethodSource("rewritable")
  void strippingGivesTheOriginalMessageBack(Fixture fixture) {
    GraphDef original = read(fixture);
    for (GradientFilter filter : FILTERS.values()) {
      GraphDef rewritten = new GraphRewriter(filter).apply(original).graph();
      assertThat(FilterStripper.apply(rewritten)).isEqualTo(original);
    }
  }

  @Order(1)
  @ParameterizedTest
  @MethodSource("untrainable")
  void whatDoesNotTrainAsItIsIsRewrittenAndStrippedAllTheSame(Fixture fixture) {
    GraphDef original = read(fixture);
    GraphDef rewritten = new GraphRewriter(Ema.of(0.9, 2)).apply(original).graph();
    assertThat(filtered(original)).isEqualTo(trained(fixture));
    assertThat(FilterStripper.apply(rewritten)).isEqualTo(original);
    assertThatThrownBy(() -> FixtureRun.train(fixture, original))
        .isInstanceOf(TensorFlowException.class)
        .hasMessageContaining("Could not find variable");
    results.put(fixture.name(), "yes, for `tf.saved_model.load`");
  }

  @Order(1)
  @ParameterizedTest
  @MethodSource("loops")
  void whatCannotBeFilteredIsRefusedOrLeftOut(Fixture fixture) {
    assertThat(filtered(read(fixture))).as("filtered").isNotEqualTo(trained(fixture));
    results.put(fixture.name(), "not yet");
  }

  private static Set<String> trained(Fixture fixture) {
    return fixture.weights().stream().map(Fixture.Weights::name).collect(Collectors.toSet());
  }

  private static Set<String> filtered(GraphDef graph) {
    try {
      return new GraphRewriter(Ema.defaults())
          .plan(graph).sites().stream()
              .map(planned -> planned.site().variable().name())
              .collect(Collectors.toSet());
    } catch (NothingToRewriteException e) {
      assertThat(e).hasMessageStartingWith("no gradient reaches an optimizer in this graph");
      return Set.of();
    }
  }

  @Order(2)
  @Test
  void theTableInTheDocumentationSaysTheSame() throws IOException {
    requirePart("fixtures", CompatibilityTable.of(Fixture.all(), results));
  }

  @Order(2)
  @Test
  void theCountsByFormInTheDocumentationSayTheSame() throws IOException {
    requirePart("forms", FormsTable.of(Fixture.all()));
  }

  /** A part of the page stands between two comments. */
  private static void requirePart(String name, String made) throws IOException {
    String page = Files.readString(TABLE);
    String start = "<!-- " + name + ": made by InteropTest -->\n";
    String end = "<!-- end of " + name + " -->";
    int from = page.indexOf(start) + start.length();
    int to = page.indexOf(end);
    assertThat(page).contains(start, end);
    if (Boolean.getBoolean("grokfast.updateDocs")) {
      Files.writeString(TABLE, page.substring(0, from) + made + page.substring(to));
      return;
    }
    assertThat(page.substring(from, to))
        .as("docs/compatibility.md; -Dgrokfast.updateDocs=true writes it anew")
        .isEqualTo(made);
  }

  private static void compare(Fixture fixture, Map<String, double[]> weights, String run) {
    for (Fixture.Weights variable : fixture.weights()) {
      double[] expected = variable.expected(variable.has(run) ? run : "original");
      double[] values = weights.get(variable.name());
      assertThat(values).hasSameSizeAs(expected);
      for (int i = 0; i < values.length; i++) {
        assertThat(values[i])
            .as("%s of %s, element %d", run, variable.name(), i)
            .isCloseTo(expected[i], within(fixture.tolerance()));
      }
    }
  }
}
