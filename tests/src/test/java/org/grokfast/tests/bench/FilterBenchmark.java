package org.grokfast.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.Filters;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What filters alone cost: the time of a step of gradient descent whose gradients are there
 * already, with a filter less without, beside one addition of the same numbers in place; for the
 * EMA, also in kernels that the pass does not use. {@code filter_alone.py} beside the sources of
 * the tests times PyTorch's foreach operations on the same. No part of the build; run it with
 *
 * <pre>
 *   mvn -B -pl tests -am test -Dtest=FilterBenchmark -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 */
@Tag("native")
class FilterBenchmark {
  private static final String PLAIN = "no filter";
  private static final String ADD = "one addition";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "100 | 1000 | 1 | 40 | ema ema-constant ma-10 ma-100 ma-1000 perp normalize",
        "10 | 1000 | 1000 | 5 | ema ma-10 ma-100 perp normalize",
        "1 | 25000 | 1000 | 2 | ema ma-10 perp normalize",
        "20 | 128 | 128 | 10 | ema spectral orthogonal"
      })
  void printsWhatAFilterCosts(int variables, long rows, long columns, int steps, String filters)
      throws Exception {
    for (StepCosts.Kind kind : StepCosts.Kind.values()) {
      FilterGraphs graphs = new FilterGraphs(kind, variables, rows, columns);
      try (TimedGraphs timed = new TimedGraphs(steps)) {
        timed.add(ADD, graphs.addition()).add(PLAIN, graphs.descent());
        for (String filter : filters.split(" ", -1)) {
          timed.add(filter, graphs.filtered(filter(filter)));
        }
        timed.add("ema by descent on its state", graphs.byDescentOnState());
        timed.add("ema by ApplyMomentum", graphs.byMomentumOnTemporary());
        timed.add("ema by XLA", graphs.byXla());
        print(timed.run(), kind + ", " + variables + " x " + rows + " x " + columns);
      }
    }
  }

  private static void print(Rounds timed, String title) {
    System.out.printf(
        Locale.ROOT,
        "%s: ms; additions: median (lowest, highest)%n",
        title.toLowerCase(Locale.ROOT));
    System.out.printf(Locale.ROOT, "  %-30s %8.3f%n", ADD, timed.median(ADD));
    for (String name : timed.names()) {
      if (!name.equals(ADD) && !name.equals(PLAIN)) {
        double alone = timed.median(name) - timed.median(PLAIN);
        assertThat(alone).as(name).isPositive();
        System.out.printf(
            Locale.ROOT,
            "  %-30s %8.3f   %s%n",
            name,
            alone,
            timed.ratio(name, PLAIN, ADD).text(1));
      }
    }
  }

  /** The kind of a filter, {@code ma-} and a window, or an EMA whose numbers can't be changed. */
  private static GradientFilter filter(String text) {
    if (text.equals("ema-constant")) {
      return Ema.defaults().withOptions(FilterOptions.builder().tunable(false).build());
    }
    if (text.startsWith("ma-")) {
      return MovingAverage.of(Integer.parseInt(text.substring("ma-".length())), 5);
    }
    return Filters.ALL.stream()
        .filter(type -> type.kind().equals(text))
        .map(type -> (GradientFilter) type.defaults())
        .findFirst()
        .orElseThrow();
  }
}
