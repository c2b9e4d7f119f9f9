package org.grokfast.models.analysis.curve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Finds slingshots (Thilak et al., arXiv 2206.04817): after the training accuracy is full, the last
 * layer's norm grows, the loss leaps, and the norm stays level. The paper defines the cycle in
 * words; the thresholds are our choice.
 *
 * @param window how many rows a phase lasts at least, ≥ 2
 * @param growth by how much the norm's logarithm rises over a window of growth at least, a row
 * @param level by how much it moves over a level window at most, a row; below {@code growth}
 * @param leap how many times the median of the window before the loss has at a leap
 * @param trained the training accuracy after which to look
 */
public record Slingshots(int window, double growth, double level, double leap, double trained) {

  /**
   * A window of 5 rows; growth of 0.2 % a row, level below 0.1 %; a leap to 10 times the median,
   * from an accuracy of 0.999 on.
   */
  public static final Slingshots DEFAULTS = new Slingshots(5, 2e-3, 1e-3, 10, 0.999);

  /** Below this share a fall of the accuracy is a leap, too. */
  private static final double MISTAKES = 0.01;

  /**
   * What is known after a number of updates.
   *
   * @param step the number of updates
   * @param norm the last layer's norm, &gt; 0
   * @param loss the training loss
   * @param accuracy the training accuracy, in [0, 1]
   * @param saturation the share of examples whose right class has the gradient 0; NaN if unknown
   */
  public record Row(int step, double norm, double loss, double accuracy, double saturation) {

    /** A row of which the saturation isn't known. */
    public Row(int step, double norm, double loss, double accuracy) {
      this(step, norm, loss, accuracy, Double.NaN);
    }
  }

  /**
   * A full cycle, by steps.
   *
   * @param growth where the norm's growth starts
   * @param leap where the loss leaps
   * @param plateau where the norm is level
   * @param saturation the greatest share of saturated examples in front of the leap, the numerical
   *     cause of arXiv 2605.06152; NaN if unknown. A leap out of none is an instability of another
   *     kind
   */
  public record Event(int growth, int leap, int plateau, double saturation) {

    /** In a line. */
    public String describe() {
      String cause =
          Double.isFinite(saturation)
              ? String.format(
                  Locale.ROOT, "; up to %.0f %% saturated in front of it", 100 * saturation)
              : "";
      return "growth from step " + growth + ", leap at " + leap + ", level from " + plateau + cause;
    }
  }

  /**
   * @throws IllegalArgumentException if a threshold is outside its range
   */
  public Slingshots {
    if (window < 2 || !(level >= 0 && growth > level) || !(leap > 1)) {
      throw new IllegalArgumentException(
          "expected window >= 2, growth > level >= 0 and leap > 1, was "
              + window
              + ", "
              + growth
              + ", "
              + level
              + ", "
              + leap);
    }
  }

  /**
   * The cycles of a run.
   *
   * @param rows by step
   * @throws IllegalArgumentException if there are fewer rows than a cycle takes, or a norm or a
   *     loss isn't a number
   */
  public List<Event> find(List<Row> rows) {
    if (rows.size() < 2 * window + 1) {
      throw new IllegalArgumentException(
          "slingshots of windows of "
              + window
              + " need at least "
              + (2 * window + 1)
              + " rows, was given "
              + rows.size());
    }
    for (Row row : rows) {
      if (!(row.norm() > 0) || !Double.isFinite(row.norm()) || !Double.isFinite(row.loss())) {
        throw new IllegalArgumentException("a norm or loss is not a number in step " + row.step());
      }
    }
    List<Event> events = new ArrayList<>();
    int i = trainedFrom(rows);
    while (i + 2 * window < rows.size()) {
      int leap = grows(rows, i) ? leap(rows, i) : -1;
      int plateau = leap < 0 ? -1 : plateau(rows, leap);
      if (plateau < 0) {
        i++;
      } else {
        events.add(
            new Event(
                rows.get(i).step(),
                rows.get(leap).step(),
                rows.get(plateau).step(),
                rows.subList(i, leap).stream()
                    .mapToDouble(Row::saturation)
                    .max()
                    .orElse(Double.NaN)));
        i = plateau;
      }
    }
    return events;
  }

  private int trainedFrom(List<Row> rows) {
    int i = 0;
    while (i < rows.size() && !(rows.get(i).accuracy() >= trained)) {
      i++;
    }
    return i;
  }

  /** The slope of the norm's logarithm over a window, a row. */
  private double slope(List<Row> rows, int from) {
    double start = Math.log(rows.get(from).norm());
    return (Math.log(rows.get(from + window - 1).norm()) - start) / (window - 1);
  }

  private boolean grows(List<Row> rows, int from) {
    return slope(rows, from) > growth;
  }

  /** The first leap within a window after the growth, which may last longer than a window. */
  private int leap(List<Row> rows, int from) {
    int last = from + window - 1;
    while (last + 1 < rows.size() && rows.get(last + 1).norm() > rows.get(last).norm()) {
      if (leaps(rows, last)) {
        return last;
      }
      last++;
    }
    for (int i = last; i <= Math.min(last + window, rows.size() - 1); i++) {
      if (leaps(rows, i)) {
        return i;
      }
    }
    return -1;
  }

  private boolean leaps(List<Row> rows, int at) {
    if (at < window) {
      return false;
    }
    double[] before = rows.subList(at - window, at).stream().mapToDouble(Row::loss).toArray();
    Arrays.sort(before);
    double median = before[window / 2];
    boolean forgets = rows.get(at).accuracy() < trained - MISTAKES;
    return rows.get(at).loss() > leap * median || forgets;
  }

  /** Where a level window starts, at most a window after the leap. */
  private int plateau(List<Row> rows, int leap) {
    for (int i = leap; i <= leap + window && i + window <= rows.size(); i++) {
      if (Math.abs(slope(rows, i)) < level) {
        return i;
      }
    }
    return -1;
  }
}
