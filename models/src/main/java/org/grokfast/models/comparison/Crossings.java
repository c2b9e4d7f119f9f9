package org.grokfast.models.comparison;

import java.util.List;
import java.util.OptionalInt;
import org.grokfast.models.statistics.Bounds;
import org.grokfast.models.training.files.Crossing;
import org.grokfast.models.training.files.MetricsRow;

/**
 * Where a run's validation accuracy {@linkplain Crossing crosses a threshold}. Where a run has no
 * such validation, what is known is that the crossing comes after the last validation below.
 *
 * @param first the step of the first crossing
 * @param sustained the step of the sustained crossing
 */
public record Crossings(Bounds first, Bounds sustained) {

  /**
   * The crossings of a run.
   *
   * @param rows its validations, by step
   * @param threshold the accuracy to reach
   * @param hold for how many steps it has to hold
   */
  public static Crossings of(List<MetricsRow> rows, double threshold, int hold) {
    Crossing crossing = Crossing.of(rows, threshold, hold);
    Bounds later = Bounds.above(crossing.belowStep());
    return new Crossings(bounds(crossing.first(), later), bounds(crossing.sustained(), later));
  }

  private static Bounds bounds(OptionalInt step, Bounds later) {
    return step.isPresent() ? Bounds.exactly(step.getAsInt()) : later;
  }
}
