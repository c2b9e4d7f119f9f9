package org.grokfast.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.grokfast.proof.SiteProof.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The mathematics of the proof, on losses whose gradients are known. */
class JudgeTest {
  private static final double EXACT = 0x1p-50;
  private static final int ELEMENTS = 50;

  private static double loss(double[] x, double target) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += Math.pow(Math.tanh(x[i]) - target * Math.cos(i), 2);
    }
    return sum;
  }

  private static double[] gradient(double[] x, double target) {
    double[] gradient = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      double y = Math.tanh(x[i]);
      gradient[i] = 2 * (y - target * Math.cos(i)) * (1 - y * y);
    }
    return gradient;
  }

  private static double[] point(int elements, long seed) {
    return new Random(seed).doubles(elements, -1, 1).toArray();
  }

  /** Judges what is made of the gradient in three steps; the step is its number from 1. */
  private static SiteProof judge(
      Judge.Context context, int elements, Function<Integer, Function<double[], double[]>> made) {
    List<Measurement> steps = new ArrayList<>();
    for (int step = 1; step <= 3; step++) {
      double target = 1.0 / step;
      double[] x = point(elements, step);
      double[] tensor = made.apply(step).apply(gradient(x, target));
      steps.add(
          Measurement.of(at -> new double[] {loss(at, target)}, x, List.of(tensor), EXACT, step));
    }
    List<Judge.Made> tensors = List.of(new Judge.Made("t", "", true));
    return new Judge("w", List.of("loss"), tensors, context).decide(steps);
  }

  private static Function<double[], double[]> each(Function<Double, Double> change) {
    return gradient -> {
      double[] changed = new double[gradient.length];
      for (int i = 0; i < changed.length; i++) {
        changed[i] = change.apply(gradient[i]);
      }
      return changed;
    };
  }

  private static final Judge.Context NAMED = new Judge.Context(true, true, false);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 50, 5000})
  void theGradientIsTheGradient(int elements) {
    SiteProof proof = judge(NAMED, elements, step -> each(g -> g));
    assertThat(proof.verdict()).isEqualTo(Verdict.GRADIENT);
    assertThat(proof.deviation()).isLessThan(1e-6);
  }

  @Test
  void aScaledGradientIsProportional() {
    SiteProof proof = judge(NAMED, ELEMENTS, step -> each(g -> g / 8));
    assertThat(proof.verdict()).isEqualTo(Verdict.PROPORTIONAL);
    assertThat(proof.factor()).isCloseTo(0.125, within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 50, 5000})
  void aSignIsNot(int elements) {
    assertThat(judge(NAMED, elements, step -> each(g -> Math.signum(g) / step)).verdict())
        .isEqualTo(Verdict.OTHER);
  }

  @Test
  void aGradientWithALittleOfTheWeightsIsNot() {
    assertThat(judge(NAMED, ELEMENTS, step -> each(g -> g + 0.01)).verdict())
        .isEqualTo(Verdict.OTHER);
  }

  @Test
  void aScaleThatMovesIsNotUnlessANormIsClipped() {
    SiteProof moving = judge(NAMED, ELEMENTS, step -> each(g -> g * step));
    assertThat(moving.verdict()).isEqualTo(Verdict.OTHER);
    assertThat(moving.text()).contains("the factor moves from 1.000 to 3.000");
    assertThat(
            judge(new Judge.Context(false, true, true), ELEMENTS, step -> each(g -> g / step))
                .verdict())
        .isEqualTo(Verdict.PROPORTIONAL);
  }

  @Test
  void aTensorOfAnotherLossIsUndecidedWhereTheLossIsNotNamed() {
    SiteProof proof =
        judge(new Judge.Context(false, false, false), ELEMENTS, step -> each(Math::signum));
    assertThat(proof.verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(proof.text()).contains("--loss");
  }

  @Test
  void zeroIsUndecided() {
    assertThat(judge(NAMED, ELEMENTS, step -> each(g -> 0.0)).verdict())
        .isEqualTo(Verdict.UNDECIDED);
  }

  @Test
  void aLossThatIsAnotherWhenComputedAgainIsUndecided() {
    Random random = new Random(1);
    double[] x = point(ELEMENTS, 1);
    Measurement step =
        Measurement.of(
            at -> new double[] {random.nextDouble()}, x, List.of(gradient(x, 1)), EXACT, 1);
    Judge judge = new Judge("w", List.of("loss"), List.of(new Judge.Made("t", "", true)), NAMED);
    assertThat(judge.decide(List.of(step)).text()).contains("it draws random numbers");
  }

  @Test
  void anotherScalarThatIsRandomLeavesAGradientProved() {
    Random random = new Random(1);
    double[] x = point(ELEMENTS, 1);
    Measurement step =
        Measurement.of(
            at -> new double[] {random.nextDouble(), loss(at, 1)},
            x,
            List.of(gradient(x, 1)),
            EXACT,
            1);
    Judge judge =
        new Judge(
            "w",
            List.of("noise", "loss"),
            List.of(new Judge.Made("t", "", true)),
            new Judge.Context(false, true, false));
    SiteProof proof = judge.decide(List.of(step));
    assertThat(proof.verdict()).isEqualTo(Verdict.GRADIENT);
    assertThat(proof.loss()).isEqualTo("loss");
  }

  @Test
  void theRoundingsOfFloat32LeaveAGradientProved() {
    double[] x = point(ELEMENTS, 1);
    Measurement step =
        Measurement.of(
            at -> new double[] {(float) loss(at, 1)}, x, List.of(gradient(x, 1)), 0x1p-22, 1);
    Judge judge = new Judge("w", List.of("loss"), List.of(new Judge.Made("t", "", true)), NAMED);
    assertThat(judge.decide(List.of(step)).verdict()).isEqualTo(Verdict.GRADIENT);
  }

  @Test
  void theRoundingsOfBfloat16LeaveItUndecided() {
    double[] x = point(ELEMENTS, 1);
    Measurement step =
        Measurement.of(
            at -> new double[] {Math.rint(loss(at, 1) * 4) / 4},
            x,
            List.of(gradient(x, 1)),
            0x1p-7,
            1);
    Judge judge = new Judge("w", List.of("loss"), List.of(new Judge.Made("t", "", true)), NAMED);
    assertThat(judge.decide(List.of(step)).verdict()).isEqualTo(Verdict.UNDECIDED);
  }

  @Test
  void kinksOfReluLeaveAGradientProved() {
    double[] x = point(ELEMENTS, 1);
    double[] gradient = new double[ELEMENTS];
    for (int i = 0; i < ELEMENTS; i++) {
      gradient[i] = x[i] > 0 ? 2 * x[i] + 1 : 0;
    }
    Losses relu =
        at -> {
          double sum = 0;
          for (double element : at) {
            sum += element > 0 ? element * element + element : 0;
          }
          return new double[] {sum};
        };
    Judge judge = new Judge("w", List.of("loss"), List.of(new Judge.Made("t", "", true)), NAMED);
    assertThat(
            judge.decide(List.of(Measurement.of(relu, x, List.of(gradient), EXACT, 1))).verdict())
        .isEqualTo(Verdict.GRADIENT);
  }

  /**
   * The sum of |x - c|, of which most elements lie at their kink in the first steps, nearer than
   * the shortest difference.
   */
  private static SiteProof atKinks(int steps, double rounding) {
    List<Measurement> measured = new ArrayList<>();
    for (int step = 1; step <= 3; step++) {
      double[] x = point(8, step);
      double[] kinks = point(8, step + 100);
      double[] gradient = new double[8];
      for (int i = 0; i < x.length; i++) {
        kinks[i] = step <= steps && i < 6 ? x[i] - 1e-7 : kinks[i] > x[i] ? 2 : -2;
        gradient[i] = Math.signum(x[i] - kinks[i]);
      }
      Losses distance =
          at -> {
            double sum = 0;
            for (int i = 0; i < at.length; i++) {
              sum += Math.abs(at[i] - kinks[i]);
            }
            return new double[] {rounding == EXACT ? sum : (float) sum};
          };
      measured.add(Measurement.of(distance, x, List.of(gradient), rounding, step));
    }
    return new Judge("w", List.of("loss"), List.of(new Judge.Made("t", "", true)), NAMED)
        .decide(measured);
  }

  @ParameterizedTest
  @ValueSource(doubles = {EXACT, 0x1p-22})
  void aKinkThatNoStepIsShortEnoughForContradictsNothing(double rounding) {
    assertThat(atKinks(1, rounding).verdict()).isEqualTo(Verdict.GRADIENT);
    assertThat(atKinks(3, rounding).verdict()).isEqualTo(Verdict.UNDECIDED);
  }

  @Test
  void whatStandsBehindTheGradientIsNamed() {
    double[] x = point(ELEMENTS, 1);
    double[] gradient = gradient(x, 1);
    double[] sign = each(Math::signum).apply(gradient);
    Measurement step =
        Measurement.of(at -> new double[] {loss(at, 1)}, x, List.of(sign, gradient), EXACT, 1);
    List<Judge.Made> tensors =
        List.of(new Judge.Made("s", "", true), new Judge.Made("g", "Sign 's'", false));
    SiteProof proof =
        new Judge("w", List.of("loss"), tensors, new Judge.Context(false, true, false))
            .decide(List.of(step));
    assertThat(proof.verdict()).isEqualTo(Verdict.OTHER);
    assertThat(proof.text()).contains("that is 'g', and behind it stands Sign 's'");
  }
}
