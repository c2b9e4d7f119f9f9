package org.grokfast.models.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.grokfast.models.statistics.Bounds;
import org.grokfast.models.statistics.SpeedUp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PicturesTest {
  private static final List<Bounds> HUNDRED = Collections.nCopies(5, Bounds.exactly(100));

  private static String forest(List<Bounds> baseline, Theme theme) {
    SpeedUp ratio = SpeedUp.of(baseline, HUNDRED.subList(0, baseline.size()));
    return ForestPicture.draw(
        "a < b", "better", List.of(new ForestPicture.Row("x + y", Optional.of(ratio))), theme);
  }

  private static List<Bounds> steps(double... values) {
    return Arrays.stream(values).mapToObj(Bounds::exactly).toList();
  }

  @ParameterizedTest
  @EnumSource
  void aForestHasADotForEachSeedASquareForTheMediansAndABarFromFiveSeedsOn(Theme theme) {
    String five = forest(steps(200, 300, 400, 250, 350), theme);
    assertThat(five.split("<circle", -1)).hasSize(6);
    assertThat(five).contains("<rect x=", "3.00 (n 5)", "stroke-width=\"2.5\"", "a &lt; b");
    assertThat(five).contains("fill=\"" + theme.background() + "\"");
    String three = forest(steps(200, 300, 400), theme);
    assertThat(three.split("<circle", -1)).hasSize(4);
    assertThat(three).contains("3.00 (n 3)").doesNotContain("stroke-width=\"2.5\"");
  }

  @Test
  void whatIsAtLeastSoMuchHasAnArrowAndWhatMayBeAnythingWords() {
    String atLeast = forest(Collections.nCopies(5, Bounds.above(800)), Theme.LIGHT);
    assertThat(atLeast).contains("> 8.00 (n 5)", "<path d=");
    assertThat(forest(steps(200, 300, 400), Theme.LIGHT)).doesNotContain("<path");
    SpeedUp unknown = SpeedUp.of(List.of(Bounds.above(800)), List.of(Bounds.above(800)));
    String words =
        ForestPicture.draw(
            "t", "b", List.of(new ForestPicture.Row("S5", Optional.of(unknown))), Theme.LIGHT);
    assertThat(words).contains("? neither got there (n 1)").doesNotContain("<circle");
  }

  private static NavigableMap<Integer, Double> run(double... values) {
    NavigableMap<Integer, Double> run = new TreeMap<>();
    for (int i = 0; i < values.length; i++) {
      run.put(10 * (i + 1), values[i]);
    }
    return run;
  }

  @Test
  void theMedianCountsARunThatHasEndedWithItsLastValueAndWaitsForThoseThatHaveNotBegun() {
    NavigableMap<Integer, Double> late = new TreeMap<>(run(0, 0.5, 0.6));
    late.remove(10);
    assertThat(CurvesPicture.medians(List.of(run(0.1, 0.9), run(0.2, 0.3, 0.4), late)))
        .isEqualTo(new TreeMap<>(Map.of(20, 0.5, 30, 0.6)));
  }

  @ParameterizedTest
  @EnumSource
  void curvesHaveALineForEachSeedAndAThickOneForTheMedian(Theme theme) {
    List<CurvesPicture.Arm> arms =
        List.of(
            new CurvesPicture.Arm("a & b", List.of(run(0.1, 0.9), run(0.2, 0.3))),
            new CurvesPicture.Arm("c", List.of(run(0.5, 0.6))));
    String share =
        CurvesPicture.draw(
            arms,
            new CurvesPicture.Scale("validation accuracy", true, OptionalDouble.of(0.95)),
            theme);
    assertThat(share.split("<polyline", -1)).hasSize(6);
    assertThat(share).contains("a &amp; b (n 2)", "c (n 1)", "100 %", "stroke-dasharray");
    String loss =
        CurvesPicture.draw(
            arms, new CurvesPicture.Scale("validation loss", false, OptionalDouble.empty()), theme);
    assertThat(loss).contains(">0.100<", ">1.00<").doesNotContain("stroke-dasharray");
  }

  @Test
  void aLossThatIsNotAboveZeroHasALinearAxisWithAllOfIt() {
    CurvesPicture.Scale scale = new CurvesPicture.Scale("loss", false, OptionalDouble.empty());
    String picture =
        CurvesPicture.draw(
            List.of(new CurvesPicture.Arm("a", List.of(run(-1, 0, 3)))), scale, Theme.LIGHT);
    assertThat(picture).contains(">-1.00<", ">3.00<");
    String points = picture.substring(picture.indexOf("points=\"") + 8);
    assertThat(points.substring(0, points.indexOf('"')).chars().filter(c -> c == ',')).hasSize(3);
  }

  @Test
  void theNinthArmHasTheFirstColourAndABrokenLine() {
    List<CurvesPicture.Arm> arms =
        Collections.nCopies(9, new CurvesPicture.Arm("a", List.of(run(0.1, 0.9))));
    CurvesPicture.Scale scale = new CurvesPicture.Scale("a", true, OptionalDouble.empty());
    String picture = CurvesPicture.draw(arms, scale, Theme.DARK);
    assertThat(picture.split("stroke-dasharray", -1))
        .as("a seed, the median and the name")
        .hasSize(4);
    assertThat(Theme.DARK.line(8)).isEqualTo(Theme.DARK.line(0)).isNotEqualTo(Theme.DARK.line(7));
  }
}
