package org.grokfast.models.statistics;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Some values over the seeds, in ascending order.
 *
 * @param values all of them, by what they are at least; not empty
 */
public record Spread(List<Bounds> values) {
  /** From so many values on their range is shown; of fewer, all. */
  public static final int ENOUGH = 5;

  /**
   * Sorts the values.
   *
   * @throws IllegalArgumentException if there are none
   */
  public Spread {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("a spread needs a value");
    }
    values =
        values.stream()
            .sorted(Comparator.comparingDouble(Bounds::low).thenComparing(Bounds::high))
            .toList();
  }

  /** The spread of some values; not empty. */
  public static Spread of(List<Bounds> values) {
    return new Spread(values);
  }

  /** The median. */
  public Bounds median() {
    return Bounds.median(values);
  }

  /** The least. */
  public Bounds min() {
    return Bounds.min(values);
  }

  /** The most. */
  public Bounds max() {
    return Bounds.max(values);
  }

  /** How many there are. */
  public int count() {
    return values.size();
  }

  /**
   * The median by Kaplan and Meier, where the plain one isn't known since runs ended early: from
   * numbers that are either known or larger than something.
   *
   * @return nothing where the plain median is known, where values are known in another way, and
   *     where the estimate isn't reached
   */
  public OptionalDouble kaplanMeier() {
    return median().isExact() ? OptionalDouble.empty() : KaplanMeier.median(values);
  }

  /**
   * Whether all of this lies below all of another: the difference exceeds the spread of either.
   *
   * @param other the other
   */
  public boolean isBelow(Spread other) {
    return max().high() < other.min().low();
  }

  /**
   * What stands behind a median.
   *
   * @param text a value as text
   * @return {@code 130 .. 160}, or all of fewer than {@value #ENOUGH} values; nothing if they are
   *     all the same
   */
  public Optional<String> rangeText(Function<Bounds, String> text) {
    if (min().equals(max())) {
      return Optional.empty();
    }
    return Optional.of(
        count() < ENOUGH
            ? values.stream().map(text).collect(Collectors.joining(", "))
            : text.apply(min()) + " .. " + text.apply(max()));
  }
}
