package org.grokfast.models.training.files;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.stream.DoubleStream;

/** What a picture with a logarithmic axis shows. */
public final class LogarithmicAxis {
  /** More rows than this in a factor of ten can't be told apart. */
  private static final int ROWS_A_DECADE = 400;

  private LogarithmicAxis() {}

  /** Whether numbers are positive and span a power of ten: the axis has no label within one. */
  public static boolean suits(DoubleStream values) {
    DoubleSummaryStatistics all = values.summaryStatistics();
    return all.getMin() > 0 && all.getMax() >= 10 * all.getMin();
  }

  /**
   * The rows that can be told apart, and the last one. Runs that are validated at the same steps
   * keep the same steps.
   *
   * @param rows the rows by step
   */
  public static List<MetricsRow> thin(List<MetricsRow> rows) {
    List<MetricsRow> kept = new ArrayList<>();
    double next = Double.NEGATIVE_INFINITY;
    for (MetricsRow row : rows) {
      double position = Math.log10(row.step());
      if (position >= next) {
        kept.add(row);
        next = position + 1.0 / ROWS_A_DECADE;
      }
    }
    if (!rows.isEmpty() && !kept.get(kept.size() - 1).equals(rows.get(rows.size() - 1))) {
      kept.add(rows.get(rows.size() - 1));
    }
    return kept;
  }
}
