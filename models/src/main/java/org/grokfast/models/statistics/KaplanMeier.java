package org.grokfast.models.statistics;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The product-limit estimate of how many are still without an event (Kaplan and Meier 1958), where
 * of some is only known that their event comes later. It takes for granted that a run does not end
 * because its event is near or far.
 */
final class KaplanMeier {
  private static final double HALF = 0.5;

  /** Of a product of a few fractions. */
  private static final double ROUNDING = 1e-12;

  private KaplanMeier() {}

  /**
   * The time at which half of them have had their event; where the estimate is exactly a half, the
   * mean of that time and of the next event, as the plain median has it.
   *
   * @param values known times, and such of which is known that they are larger
   * @return nothing if the estimate doesn't fall so far, or a value is known in another way
   */
  static OptionalDouble median(List<Bounds> values) {
    if (!values.stream().allMatch(value -> value.isExact() || Double.isInfinite(value.high()))) {
      return OptionalDouble.empty();
    }
    double[] events = values.stream().filter(Bounds::isExact).mapToDouble(Bounds::low).toArray();
    double without = 1;
    double half = Double.NaN;
    for (double event : Arrays.stream(events).sorted().distinct().toArray()) {
      if (!Double.isNaN(half)) {
        return OptionalDouble.of((half + event) / 2);
      }
      // What ended at the time of an event was still there.
      long atRisk = values.stream().filter(value -> value.low() >= event).count();
      long now = Arrays.stream(events).filter(other -> other == event).count();
      without *= 1 - (double) now / atRisk;
      if (without < HALF - ROUNDING) {
        return OptionalDouble.of(event);
      }
      if (without <= HALF + ROUNDING) {
        half = event;
      }
    }
    return OptionalDouble.empty();
  }
}
