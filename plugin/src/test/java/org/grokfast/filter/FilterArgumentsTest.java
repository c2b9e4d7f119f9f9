package org.grokfast.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.ArrayFilter;
import org.grokfast.filter.options.Schedule;
import org.grokfast.filter.options.VariableOverride;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What filters refuse, and what they say then. */
class FilterArgumentsTest {

  @ParameterizedTest
  @ValueSource(doubles = {1, 1.5, -0.1, Double.NaN, Double.POSITIVE_INFINITY})
  void alphaOutsideItsRangeIsRefusedWithValueAndRange(double alpha) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Ema.of(alpha, 2))
        .withMessage("alpha must be in [0, 1), was " + alpha);
  }

  @Test
  void swappedAlphaAndLambGetAHint() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Ema.of(2, 0.98))
        .withMessage(
            "alpha must be in [0, 1), was 2.0; lamb is 0.98: were alpha and lamb swapped?");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, Double.MIN_VALUE, 0.98})
  void alphaInItsRangeIsTaken(double alpha) {
    assertThatCode(() -> Ema.of(alpha, 0)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, -Double.MIN_VALUE, Double.NaN, Double.POSITIVE_INFINITY, -1.0 / 0.0})
  void lambOutsideItsRangeIsRefusedByEveryFilter(double lamb) {
    String message = "lamb must be finite and >= 0, was " + lamb;
    assertThatIllegalArgumentException().isThrownBy(() -> Ema.of(0.98, lamb)).withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MovingAverage.of(10, lamb))
        .withMessage(message);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void windowsBelowOneAreRefused(int window) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MovingAverage.of(window, 5))
        .withMessage("window must be >= 1, was " + window);
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 10, 0, 'start-step must be >= 0, was -1'",
    "0, 10, -3, 'ramp-steps must be >= 0, was -3'",
    "5, 5, 0, 'stop-step must be after start-step, was 5 with start-step 5'",
    "0, 0, 0, 'stop-step must be after start-step, was 0 with start-step 0'"
  })
  void schedulesThatCannotBeAreRefused(long start, long stop, long ramp, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Schedule(start, stop, ramp))
        .withMessage(message);
  }

  @Test
  void patternsThatDoNotCompileAreRefusedWithOptionAndPosition() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FilterOptions.builder().include("w", "(b").build())
        .withMessageStartingWith("include pattern '(b' is not a regular expression: ")
        .withMessageContaining("at position 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FilterOptions.builder().exclude("[").build())
        .withMessageStartingWith("exclude pattern '[' is not a regular expression: ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VariableOverride.lamb("*", 1))
        .withMessageStartingWith("override pattern '*' is not a regular expression: ");
  }

  @Test
  void anOverrideThatSetsNothingIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new VariableOverride("b", Map.of()))
        .withMessage("override for 'b' must set at least one parameter");
  }

  @Test
  void anOverrideOfWhatTheFilterDoesNotHaveIsRefused() {
    FilterOptions window =
        FilterOptions.builder().overrides(VariableOverride.window("b", 3)).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Ema.defaults().withOptions(window))
        .withMessage("override for 'b': 'window' can't be overridden; ema has alpha, lamb");
    FilterOptions choice =
        FilterOptions.builder().overrides(new VariableOverride("b", Map.of("warmup", 1))).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MovingAverage.defaults().withOptions(choice))
        .withMessage("override for 'b': 'warmup' can't be overridden; ma has window, lamb");
    FilterOptions whole =
        FilterOptions.builder().overrides(new VariableOverride("b", Map.of("lamb", 1))).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MovingAverage.defaults().withOptions(whole))
        .withMessage("override for 'b': lamb must be a Double, was 1");
  }

  @Test
  void gradientsOfAnotherSizeAreRefused() {
    ArrayFilter filter = new ArrayFilter(Ema.defaults(), Precision.FLOAT32, 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> filter.step(new double[2]))
        .withMessage("expected a gradient of 3 elements, was 2");
  }

  @Test
  void theDefaultsAreTheReferences() {
    assertThat(Ema.defaults()).isEqualTo(Ema.of(0.98, 2));
    assertThat(MovingAverage.defaults())
        .isEqualTo(new MovingAverage(100, 5, Averaging.MEAN, true, FilterOptions.DEFAULTS));
  }

  @Test
  void theFirstMatchingOverrideWins() {
    FilterOptions options =
        FilterOptions.builder()
            .overrides(
                VariableOverride.lamb("^dense/w$", 0.5),
                VariableOverride.alpha("dense", 0.5),
                VariableOverride.lamb("b$", 7))
            .build();
    Ema filter = Ema.defaults().withOptions(options);
    assertThat(List.of("dense/w", "dense/b", "b", "other"))
        .extracting(
            name -> ((Ema) filter.forVariable(name)).alpha(),
            name -> ((Ema) filter.forVariable(name)).lamb())
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(0.98, 0.5),
            org.assertj.core.groups.Tuple.tuple(0.5, 2.0),
            org.assertj.core.groups.Tuple.tuple(0.98, 7.0),
            org.assertj.core.groups.Tuple.tuple(0.98, 2.0));
  }
}
