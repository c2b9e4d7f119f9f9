package org.grokfast.rewrite.coverage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What becomes of variables, counted. */
class CoverageTest {
  private static VariableFate fate(String variable, Fate fate) {
    return new VariableFate(variable, fate, "write_" + variable, "because of " + fate.label());
  }

  @Test
  void trainedAreTheFilteredTheExcludedAndTheUnfiltered() {
    Coverage coverage =
        new Coverage(
            List.of(
                fate("a", Fate.FILTERED),
                fate("b", Fate.EXCLUDED),
                fate("c", Fate.UNFILTERED),
                fate("d", Fate.UNDECIDED),
                fate("e", Fate.OPTIMIZER_STATE),
                fate("f", Fate.NOT_BY_GRADIENT)));

    assertThat(coverage.trained()).isEqualTo(3);
    assertThat(coverage.count(Fate.UNDECIDED)).isEqualTo(1);
  }

  @Test
  void whatSharesAReasonIsListedUnderIt() {
    Coverage coverage =
        new Coverage(List.of(fate("a", Fate.NOT_BY_GRADIENT), fate("b", Fate.NOT_BY_GRADIENT)));

    assertThat(coverage.byReason(Fate.NOT_BY_GRADIENT))
        .containsExactly(Map.entry("because of not trained by a gradient", List.of("a", "b")));
  }

  @Test
  void aVariableHasOneFate() {
    List<VariableFate> twice = List.of(fate("a", Fate.FILTERED), fate("a", Fate.UNDECIDED));
    assertThatThrownBy(() -> new Coverage(twice))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("variable 'a' has two fates");
  }
}
