package org.grokfast.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.ArrayFilter;
import org.grokfast.filter.options.SparseGradients;
import org.grokfast.filter.options.VariableOverride;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Filters one after the other. */
class ChainTest {
  private static final Chain CHAIN = Chain.of(Ema.of(0.9, 1.5), Perpendicular.defaults());

  @Test
  void aGradientPassesTheMembersFromLeftToRight() {
    ArrayFilter chain = new ArrayFilter(CHAIN, Precision.FLOAT32, 4);
    ArrayFilter first = new ArrayFilter(Ema.of(0.9, 1.5), Precision.FLOAT32, 4);
    ArrayFilter second = new ArrayFilter(Perpendicular.defaults(), Precision.FLOAT32, 4);
    Random random = new Random(1);
    for (int t = 0; t < 10; t++) {
      double[] gradient = random.doubles(4, -1, 1).map(v -> (float) v).toArray();
      double[] variable = random.doubles(4, -1, 1).map(v -> (float) v).toArray();
      assertThat(chain.step(gradient, variable))
          .containsExactly(second.step(first.step(gradient), variable));
    }
  }

  @Test
  void eachMemberHasItsOwnState() {
    Chain chain = Chain.of(Ema.of(0.9, 1), MovingAverage.of(3, 1), Ema.of(0.5, 1));
    assertThat(chain.state())
        .extracting(StateTensor::name)
        .containsExactly("1.ema/ema", "2.ma/window", "2.ma/sum", "2.ma/fresh", "3.ema/ema");
    assertThat(chain.parameters())
        .isEqualTo(
            Map.of(
                "1.ema/alpha",
                0.9,
                "1.ema/lamb",
                1.0,
                "2.ma/lamb",
                1.0,
                "3.ema/alpha",
                0.5,
                "3.ema/lamb",
                1.0));
  }

  @Test
  void withLambZeroLinearMembersChangeNothing() {
    Chain chain = Chain.of(Ema.of(0.9, 0), MovingAverage.of(2, 0).withWarmup(false));
    assertThat(chain.passesWithoutLamb()).isTrue();
    assertThat(CHAIN.passesWithoutLamb()).isFalse();
    ArrayFilter run = new ArrayFilter(chain, Precision.FLOAT32, 3);
    double[] gradient = {-0.0, 0x1p-100, 3};
    for (int t = 0; t < 4; t++) {
      assertThat(run.step(gradient)).containsExactly(gradient);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ema(alpha=0.9, lamb=1.5), perp | ema(alpha=0.9, lamb=1.5), perp",
        "ema,perp                       | ema, perp",
        "perp , ema( lamb=2 )           | perp, ema",
        "ma(window=3, warmup=false), orthogonal, normalize"
            + " | ma(window=3, warmup=false), orthogonal, normalize",
        "ema(first-step=debias)         | ema(first-step=debias)"
      })
  void aTextIsReadBack(String text, String written) {
    assertThat(FilterDescription.parseText(text).text()).isEqualTo(written);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ema,",
        ", ema",
        "ema perp",
        "ema(alpha=0.9",
        "ema(alpha)",
        "ema(beta=1)",
        "median, ema",
        "ema(alpha=0.9, alpha=0.8)",
        "ema(alpha=x)",
        "ema(alpha=2), perp",
        "ma(window=1.5)"
      })
  void otherTextsAreRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> FilterDescription.parseText(text));
  }

  @Test
  void aDescriptionIsReadBack() {
    FilterOptions options =
        FilterOptions.builder()
            .startStep(3)
            .overrides(new VariableOverride("b", Map.of("1.ema.alpha", 0.5, "1.ema.lamb", 0.0)))
            .build();
    Chain chain = CHAIN.withOptions(options);
    assertThat(chain.describe())
        .startsWith("chain(ema(alpha=0.9, lamb=1.5), perp, start-step=3, stop-step=none, ")
        .contains("overrides=[b:1.ema.alpha=0.5,1.ema.lamb=0.0]");
    assertThat(FilterDescription.parse(chain.describe())).isEqualTo(chain);
  }

  @Test
  void overridesNameTheMember() {
    FilterOptions options =
        FilterOptions.builder()
            .overrides(new VariableOverride("b", Map.of("1.ema.alpha", 0.5)))
            .build();
    Chain chain = (Chain) CHAIN.withOptions(options).forVariable("b");
    assertThat(((Ema) chain.members().get(0)).alpha()).isEqualTo(0.5);
    assertThat(((Ema) chain.members().get(0)).lamb()).isEqualTo(1.5);
    FilterOptions single =
        FilterOptions.builder().overrides(VariableOverride.alpha("b", 0.5)).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CHAIN.withOptions(single))
        .withMessage(
            "override for 'b': 'alpha' can't be overridden; chain has 1.ema.alpha, 1.ema.lamb");
  }

  @Test
  void aChainTakesWhatAllMembersTake() {
    Chain chain = Chain.of(Perpendicular.defaults(), Spectral.defaults());
    assertThat(chain.takes(List.of(2L, 3L))).isTrue();
    assertThat(chain.takes(List.of(3L))).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CHAIN.withOptions(FilterOptions.builder().rampSteps(2).build()))
        .withMessageContaining("the perp filter has no lamb that ramp-steps could raise");
    Chain averages = Chain.of(Ema.defaults(), MovingAverage.defaults());
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                averages.withOptions(FilterOptions.builder().sparse(SparseGradients.LAZY).build()))
        .withMessageContaining("chain filter needs whole gradients");
  }

  @Test
  void whatIsNoChainIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Chain.of(Ema.defaults()))
        .withMessage("a chain needs two filters, had 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Chain.of(CHAIN, Ema.defaults()))
        .withMessage("a chain can't be a member of a chain");
    Ema late = Ema.defaults().withOptions(FilterOptions.builder().startStep(3).build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Chain.of(late, Ema.defaults()))
        .withMessageContaining("the options belong to the chain, and its member ema has its own");
  }

  @Test
  void theScheduleActsOnEveryMember() {
    Chain chain = CHAIN.withOptions(FilterOptions.builder().startStep(1).build());
    ArrayFilter run = new ArrayFilter(chain, Precision.FLOAT64, 2);
    assertThat(run.step(new double[] {3, 4}, new double[] {1, 0})).containsExactly(3, 4);
    assertThat(run.step(new double[] {3, 4}, new double[] {1, 0})[0]).isZero();
  }
}
