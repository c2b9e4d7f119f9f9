package org.grokfast.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.ArrayPasses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Passes as texts, their ranges, and what they compute on plain arrays. */
class PassesTest {

  @Test
  void textsAreReadBack() {
    List<StepPass> passes =
        List.of(
            DecoupledWeightDecay.of(0.01).except("bias", "norm[0-9]+"),
            Muon.of(0.02, "^layer/", "dense_[12]/kernel").withMomentum(0.9).withDecay(0.1),
            Lookahead.of(5, 0.5).except("embed(ding)?"));
    assertThat(passes.stream().map(StepPass::text))
        .containsExactly(
            "decoupled-weight-decay(0.01, exclude=[bias, norm[0-9]+])",
            "muon(0.02,0.9,0.1, include=[^layer/, dense_[12]/kernel])",
            "lookahead(5,0.5, exclude=[embed(ding)?])");
    for (StepPass pass : passes) {
      assertThat(Passes.parse(pass.text())).containsExactly(pass);
    }
    assertThat(Passes.parse(passes.stream().map(StepPass::text).collect(Collectors.joining(", "))))
        .isEqualTo(passes);
  }

  @Test
  void theyStandInTheOrderOfAStepWhateverTheOrderInWhichTheyWereGiven() {
    FilterOptions options =
        FilterOptions.builder().passes(Lookahead.of(5, 0.5), DecoupledWeightDecay.of(1)).build();
    assertThat(options.passes())
        .extracting(pass -> pass.kind().name())
        .containsExactly("decoupled-weight-decay", "lookahead");
  }

  @Test
  void aKindIsGivenOnce() {
    FilterOptions.Builder twice =
        FilterOptions.builder().passes(Lookahead.of(5, 0.5), Lookahead.of(6, 0.5));
    assertThatThrownBy(twice::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the pass lookahead is given twice");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lookahead(5, exclude=[])",
        "lookahead(5,0.5)",
        "lookahead(5,0.5, exclude=[]), decoupled-weight-decay(1, exclude=[])",
        "sharpness(1, exclude=[])"
      })
  void whatIsNoDescriptionIsRefused(String text) {
    assertThatThrownBy(() -> Passes.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"-1", "NaN", "Infinity", "much"})
  void aDecayIsANumberThatIsNotNegative(String value) {
    assertThatThrownBy(() -> DecoupledWeightDecay.KIND.factory().create(value, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "decoupled-weight-decay must be a number >= 0, such as 0.01, with or without"
                + " a comma and a tensor behind it; was ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0,0.5 | K was 0",
        "5,0 | A was 0.0",
        "5,1.5 | A was 1.5",
        "5,NaN | A was NaN",
        "5 | was '5'",
        "5.5,0.5 | was '5.5,0.5'"
      })
  void lookaheadTakesAWholeNumberAndAShare(String value, String end) {
    assertThatThrownBy(() -> Lookahead.KIND.factory().create(value, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("lookahead must be K,A")
        .hasMessageEndingWith(end);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-1 | R was -1.0",
        "0.02,1 | M was 1.0",
        "0.02,-0.1 | M was -0.1",
        "0.02,0.9,-1 | D was -1.0",
        "0.02,0.9,0,1 | was '0.02,0.9,0,1'",
        "much | was 'much'",
        "NaN | R was NaN"
      })
  void muonTakesARateAMomentumAndADecay(String value, String end) {
    assertThatThrownBy(() -> Muon.KIND.factory().create(value, List.of("w")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("muon must be R, R,M or R,M,D")
        .hasMessageEndingWith(end);
  }

  @Test
  void muonHasToBeToldItsMatrices() {
    assertThat(Muon.KIND.factory().create("0.02", List.of("w"))).isEqualTo(Muon.of(0.02, "w"));
    for (String[] none : new String[][] {{}, {""}}) {
      assertThatThrownBy(() -> Muon.of(0.02, none))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("muon needs --muon-matrices, regular expressions");
    }
  }

  @Test
  void aPatternThatIsNoneIsRefused() {
    assertThatThrownBy(() -> Lookahead.of(5, 0.5).except("("))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(");
  }

  @Test
  void onArraysDecayComesBeforeTheUpdateAndLookaheadBehindIt() {
    ArrayPasses passes =
        new ArrayPasses(
            List.of(DecoupledWeightDecay.of(0.5), Lookahead.of(2, 0.25)), Precision.FLOAT64, 1);
    double[] w = {8};
    w = passes.step(w, Optional.of(0.1), found -> new double[] {found[0] - 1});
    assertThat(w[0]).isCloseTo(8 * 0.95 - 1, within(1e-14));
    w = passes.step(w, Optional.of(0.2), found -> new double[] {found[0] - 1});
    double fast = (8 * 0.95 - 1) * 0.9 - 1;
    assertThat(w[0]).isCloseTo(8 + 0.25 * (fast - 8), within(1e-14));
  }
}
