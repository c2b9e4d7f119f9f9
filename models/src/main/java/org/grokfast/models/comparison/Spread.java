package org.grokfast.models.comparison;

import java.util.List;

/**
 * Median, least and most over the seeds.
 *
 * @param median the median
 * @param min the least
 * @param max the most
 */
public record Spread(Bounds median, Bounds min, Bounds max) {
  /** The spread of some values; not empty. */
  public static Spread of(List<Bounds> values) {
    return new Spread(Bounds.median(values), Bounds.min(values), Bounds.max(values));
  }
}
