package org.grokfast.models.comparison;

import java.util.List;
import org.grokfast.models.statistics.Bounds;
import org.grokfast.models.training.files.MetricsRow;

/**
 * Where a run's validation accuracy crosses a threshold.
 *
 * <p>The <em>first</em> crossing is the first validation at or above the threshold. The
 * <em>sustained</em> crossing is the first validation from which on the accuracy is at or above the
 * threshold in every validation of the next {@code hold} steps, all of which the run has to have
 * made. It does not depend on how far the run went on after that. Where a run has no such
 * validation, what is known is that the crossing comes after the last validation below.
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
    int first = 0;
    int start = 0;
    int below = 0;
    for (MetricsRow row : rows) {
      if (!(row.validationAccuracy() >= threshold)) {
        start = 0;
        below = row.step();
        continue;
      }
      first = first == 0 ? row.step() : first;
      start = start == 0 ? row.step() : start;
      if (row.step() - start >= hold) {
        return new Crossings(Bounds.exactly(first), Bounds.exactly(start));
      }
    }
    return new Crossings(
        first == 0 ? Bounds.above(below) : Bounds.exactly(first), Bounds.above(below));
  }
}
