package org.grokfast.models.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.grokfast.filter.Chain;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterType;
import org.grokfast.filter.Filters;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.Orthogonal;
import org.grokfast.filter.Parameter;
import org.grokfast.filter.Perpendicular;
import org.grokfast.models.optimizer.AdamOptions;
import org.grokfast.models.optimizer.MuonOptions;
import org.grokfast.models.optimizer.OptimizerKind;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.models.tuning.Dimension.Kind;
import org.junit.jupiter.api.Test;

class SearchSpaceTest {
  private static TrainingOptions.Builder settings() {
    return TrainingOptions.builder()
        .adam(AdamOptions.builder().learningRate(1e-3).weightDecay(0.5).build());
  }

  @Test
  void theSearchStartsAtThePapersRuleOfThumb() {
    SearchSpace ema = SearchSpace.around(settings().filter(Ema.of(0.9, 2)).build(), 100);
    // 0.1^(1/100)
    assertThat(ema.trials(1, 0).get(0).toString())
        .isEqualTo("{learning rate=0.001, weight decay=0.5, alpha=0.97724, lamb=2}");
    SearchSpace average = SearchSpace.around(settings().filter(MovingAverage.of(7, 5)).build(), 50);
    assertThat(average.trials(1, 0).get(0).toString())
        .isEqualTo("{learning rate=0.001, weight decay=0.5, window=50, lamb=5}");
  }

  @Test
  void theSearchStartsAtTheArmWhereNoSpeedUpIsAskedFor() {
    Chain chain = Chain.of(Ema.of(0.5, 2), MovingAverage.of(7, 5));
    assertThat(SearchSpace.around(settings().filter(chain).build()).trials(1, 0).get(0).toString())
        .isEqualTo(
            "{learning rate=0.001, weight decay=0.5, 1.ema.alpha=0.50000, 1.ema.lamb=2,"
                + " 2.ma.window=7, 2.ma.lamb=5}");
  }

  @Test
  void everyNumberOfEveryFilterIsVaried() {
    for (FilterType<? extends GradientFilter> type : Filters.ALL) {
      SearchSpace space = SearchSpace.around(settings().filter(type.defaults()).build());
      List<String> expected = new ArrayList<>(List.of("learning rate", "weight decay"));
      type.parameters().stream()
          .filter(Parameter::isNumber)
          .forEach(parameter -> expected.add(parameter.name()));
      assertThat(space.dimensions()).extracting(Dimension::name).isEqualTo(expected);
    }
    SearchSpace orthogonal =
        SearchSpace.around(settings().filter(Orthogonal.of(0.9, 1)).build(), 100);
    assertThat(orthogonal.trials(1, 0).get(0).toString())
        .isEqualTo("{learning rate=0.001, weight decay=0.5, alpha=0.97724, lamb=1}");
  }

  @Test
  void theNumbersOfAChainsMembersAreVaried() {
    Chain chain = Chain.of(Ema.of(0.9, 2), Perpendicular.defaults(), MovingAverage.of(7, 5));
    SearchSpace space = SearchSpace.around(settings().filter(chain).build(), 100);
    assertThat(space.within("1.ema.lamb", 1, 2).trials(1, 0).get(0).toString())
        .isEqualTo(
            "{learning rate=0.001, weight decay=0.5, 1.ema.alpha=0.97724, 1.ema.lamb=2,"
                + " 3.ma.window=100, 3.ma.lamb=5}");
  }

  @Test
  void withoutAFilterLearningRateAndWeightDecayAreVaried() {
    SearchSpace space = SearchSpace.around(settings().build());
    assertThat(space.dimensions())
        .extracting(Dimension::name)
        .containsExactly("learning rate", "weight decay");
  }

  @Test
  void muonsMatricesHaveARateADecayAndAMomentumOfTheirOwn() {
    AdamOptions adam =
        AdamOptions.builder().muon(MuonOptions.DEFAULTS.withMatrices("^layers/")).build();
    SearchSpace space =
        SearchSpace.around(
            TrainingOptions.builder().optimizer(OptimizerKind.MUON).adam(adam).build(), 100);
    assertThat(space.trials(1, 0).get(0).toString())
        .isEqualTo(
            "{learning rate=0.001, weight decay=0, matrix-lr=0.02, matrix-weight-decay=0,"
                + " momentum=0.95000}");
  }

  @Test
  void aNumberThatIsAddedIsLeftAloneByTheFirstTrial() {
    SearchSpace space =
        SearchSpace.around(settings().build())
            .and(Dimension.withoutStart("beta1", Kind.ALPHA, 0.1, 0.97));
    List<Map<String, String>> trials = space.trials(20, 0);
    assertThat(trials.get(0)).containsOnlyKeys("learning rate", "weight decay");
    assertThat(trials.subList(1, 20))
        .allSatisfy(
            trial -> assertThat(Double.parseDouble(trial.get("beta1"))).isBetween(0.1, 0.97));
  }

  @Test
  void trialsStayInTheirRangesAndDependOnTheSeedAlone() {
    SearchSpace space = SearchSpace.around(settings().filter(Ema.of(0.9, 2)).build(), 100);
    List<Map<String, String>> trials = space.trials(50, 7);
    for (Map<String, String> trial : trials) {
      assertThat(Double.parseDouble(trial.get("learning rate"))).isBetween(1e-4, 1e-2);
      assertThat(Double.parseDouble(trial.get("weight decay"))).isBetween(0.05, 5.0);
      assertThat(Double.parseDouble(trial.get("lamb"))).isBetween(0.1, 5.0);
      assertThat(Double.parseDouble(trial.get("alpha"))).isBetween(0.316, 0.989);
    }
    assertThat(space.trials(50, 7)).isEqualTo(trials);
    assertThat(space.trials(20, 7)).isEqualTo(trials.subList(0, 20));
    assertThat(space.trials(50, 8)).isNotEqualTo(trials);
  }

  @Test
  void valuesAreEvenOnALogarithmicScale() {
    Dimension rate = new Dimension("lr", Kind.REAL, 1, 0.01, 1);
    assertThat(List.of(rate.at(0), rate.at(0.5), rate.at(1))).containsExactly("0.01", "0.1", "1");
    Dimension window = new Dimension("window", Kind.WHOLE, 1, 2, 200);
    assertThat(window.at(0.5)).isEqualTo("20");
    // Half-way between 10 and 1,000 steps of memory lie 100: 0.1^(1/100).
    Dimension alpha =
        new Dimension("alpha", Kind.ALPHA, 0.9, Dimension.alphaOf(10), Dimension.alphaOf(1000));
    assertThat(alpha.at(0.5)).isEqualTo("0.97724");
  }

  @Test
  void anEmptyRangeIsRefused() {
    Dimension alpha = new Dimension("alpha", Kind.ALPHA, 0.9, 0.8, 0.9);
    assertThatThrownBy(() -> alpha.within(0.9, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the range of alpha must be of positive numbers below 1 with the smaller one first,"
                + " was 0.9 to 1.0");
  }
}
