package org.grokfast.filter;

import java.util.List;
import java.util.Optional;

/** All kinds of filter. A new one is its own file and a line here. */
public final class Filters {
  /** The types, in the order of help texts and of the documentation. */
  public static final List<FilterType<? extends GradientFilter>> ALL =
      List.of(
          Ema.TYPE, // the reference's
          MovingAverage.TYPE, // the reference's
          Perpendicular.TYPE, // Prieto et al. 2025
          Spectral.TYPE, // arXiv 2510.04930
          Normalized.TYPE, // a direction
          Orthogonal.TYPE // Muon's momentum
          );

  private Filters() {}

  /** The type of a kind. */
  public static Optional<FilterType<? extends GradientFilter>> of(String kind) {
    for (FilterType<? extends GradientFilter> type : ALL) {
      if (type.kind().equals(kind)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
