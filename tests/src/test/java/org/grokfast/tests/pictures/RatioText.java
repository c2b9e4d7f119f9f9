package org.grokfast.tests.pictures;

import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.grokfast.models.statistics.Bounds;
import org.grokfast.models.statistics.SpeedUp;

/** Crossings and their ratios as the tables of results write them. */
final class RatioText {
  private RatioText() {}

  /** Every seed's value, in the order of the seeds. */
  static String of(NavigableMap<Integer, Bounds> seeds) {
    return of(seeds, RatioText::of);
  }

  /** Every seed's value in this form, in the order of the seeds. */
  static String of(NavigableMap<Integer, Bounds> seeds, Function<Bounds, String> form) {
    return seeds.values().stream().map(form).collect(Collectors.joining(", "));
  }

  /** A number of steps. */
  static String of(Bounds steps) {
    return steps.text(value -> Long.toString(Math.round(value)));
  }

  /** A ratio with what stands behind it; nothing for none. */
  static String of(Optional<SpeedUp> ratio) {
    return ratio.map(RatioText::of).orElse("");
  }

  private static String of(SpeedUp ratio) {
    return ratio.ratio().equals(Bounds.UNKNOWN)
        ? "?"
        : "**"
            + ratio.ratio().text(RatioText::hundredths)
            + "** ("
            + ratio.certainty(RatioText::hundredths)
            + ")";
  }

  private static String hundredths(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
