package org.grokfast.tests.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.grokfast.filter.Chain;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterDescription;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.FilterType;
import org.grokfast.filter.Filters;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.Perpendicular;
import org.grokfast.tests.GeneratedFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What every filter adds to a step, in counts: a change of what is emitted that costs another
 * kernel or another buffer shows in {@code docs/step-costs.md}, whose table this test writes.
 */
@Tag("native")
class StepCostsTest {
  private static final Path PAGE =
      Path.of(System.getProperty("grokfast.root"), "docs/step-costs.md");

  private static final String TOP =
      """
      # What a filter adds to a step

      For one more variable of 64 × 32 float32 numbers: the nodes that are inserted, the kernels that
      TensorFlow runs for them in a step, the bytes that these kernels allocate (float32: 4 bytes are one
      tensor of the variable's size) and the bytes of state that are kept, each by parameter of the model.
      What all variables share, the counter of steps and the parameters, is left out. Reference variables are
      those of TensorFlow Java's own graphs, resource variables those of TensorFlow 2 and Keras.

      Counted in a trace of step 13 of gradient descent, one op after the other, under TensorFlow 2.18: no
      times, so that a test keeps the table (`StepCostsTest`). For times see [Benchmarks](benchmarks.md).

      | filter | variables | nodes | kernels a step | bytes allocated a step | bytes of state |
      | --- | --- | --- | --- | --- | --- |
      """;

  @Test
  void theTableOfCountsIsWhatFiltersCost() throws IOException {
    StringBuilder page = new StringBuilder(TOP);
    for (GradientFilter filter : filters()) {
      for (StepCosts.Kind kind : StepCosts.Kind.values()) {
        StepCosts costs = StepCosts.of(filter, kind);
        page.append(
            String.format(
                Locale.ROOT,
                "| `%s` | %s | %d | %d | %.2f | %.0f |%n",
                FilterDescription.brief(filter.describe()),
                kind.name().toLowerCase(Locale.ROOT),
                costs.nodes(),
                costs.kernels(),
                costs.allocated(),
                costs.state()));
      }
    }
    GeneratedFile.check(PAGE, page.toString(), StepCostsTest.class);
  }

  private static List<GradientFilter> filters() {
    List<GradientFilter> all = new ArrayList<>();
    for (FilterType<?> type : Filters.ALL) {
      all.add((GradientFilter) type.defaults());
    }
    FilterOptions constant = FilterOptions.builder().tunable(false).build();
    all.add(Ema.defaults().withOptions(constant));
    for (int window : new int[] {10, 1000}) {
      all.add(MovingAverage.of(window, 5));
    }
    all.add(Chain.of(Ema.defaults(), Perpendicular.defaults()));
    return all;
  }
}
