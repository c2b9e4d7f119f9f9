package org.grokfast.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.grokfast.filter.Chain;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterDescription;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.Perpendicular;
import org.grokfast.filter.Unfiltered;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbeSettingTest {
  private static final FilterOptions PROBED =
      FilterOptions.builder()
          .exclude("bias")
          .probes(ProbeSetting.parse("cosine"), ProbeSetting.parse("bands:every=3"))
          .build();

  @Test
  void aNameAloneMeasuresEveryTenthStep() {
    assertThat(ProbeSetting.parse("cosine")).isEqualTo(new ProbeSetting(new Cosine(), 10));
    assertThat(ProbeSetting.parse("cosine:every=3").text()).isEqualTo("cosine:every=3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "norm | there is no probe 'norm'; expected one of weight-norm, gradient-norm,",
        "cosine:each=3 | a probe is written NAME or NAME:every=N, such as cosine:every=10; was",
        "cosine:every=0 | probe cosine: every must be a whole number >= 1, was 0",
        "cosine:every= | probe cosine: every must be a whole number >= 1, was ''",
        "cosine:every=2.5 | probe cosine: every must be a whole number >= 1, was '2.5'"
      })
  void whatCannotBeReadIsSaid(String text, String message) {
    assertThatThrownBy(() -> ProbeSetting.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void aProbeIsGivenOnce() {
    ProbeSetting cosine = ProbeSetting.parse("cosine");
    ProbeSetting again = ProbeSetting.parse("cosine:every=3");
    assertThatThrownBy(() -> FilterOptions.builder().probes(cosine, again).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("probe cosine is given twice");
  }

  @Test
  void aDescriptionWithProbesIsReadBackAndOneWithoutIsAsBefore() {
    for (GradientFilter filter :
        List.of(
            Ema.of(0.9, 2),
            Chain.of(Ema.of(0.9, 2), Perpendicular.defaults()),
            new Unfiltered(FilterOptions.DEFAULTS))) {
      GradientFilter probed = filter.withOptions(PROBED);
      assertThat(FilterDescription.parse(probed.describe()).options()).isEqualTo(PROBED);
      assertThat(probed.describe())
          .endsWith(", tunable=true, probes=[cosine:every=10, bands:every=3])");
      assertThat(filter.describe()).endsWith(", tunable=true)");
    }
  }
}
