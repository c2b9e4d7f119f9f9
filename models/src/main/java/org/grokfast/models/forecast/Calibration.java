package org.grokfast.models.forecast;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The runs that a forecast was fitted to. Of any other it knows nothing.
 *
 * @param task the task's name
 * @param fixed settings that were the same in all, by name
 * @param ranges the least and the greatest of those that varied, by name
 * @param operations the operations
 */
public record Calibration(
    String task,
    SortedMap<String, String> fixed,
    SortedMap<String, Range> ranges,
    List<String> operations) {
  private static final String OPERATION = "operation";
  private static final String ABSENT = "absent";

  /** Keeps its own collections. */
  public Calibration {
    fixed = new TreeMap<>(fixed);
    ranges = new TreeMap<>(ranges);
    operations = List.copyOf(operations);
  }

  /**
   * Numbers.
   *
   * @param least the least
   * @param most the greatest
   */
  public record Range(double least, double most) {
    boolean has(double value) {
      return value >= least && value <= most;
    }
  }

  /** The settings of a run that are outside, each with its value and what was expected. */
  List<String> outside(String runTask, Map<String, String> settings) {
    if (!task.equals(runTask)) {
      return List.of("the task is " + runTask + ", not " + task);
    }
    List<String> outside = new ArrayList<>();
    String operation = settings.getOrDefault(OPERATION, ABSENT);
    if (!operations.contains(operation)) {
      outside.add("operation is " + operation + ", not one of " + String.join(", ", operations));
    }
    fixed.forEach(
        (name, expected) -> {
          String value = settings.getOrDefault(name, ABSENT);
          if (!same(value, expected)) {
            outside.add(name + " is " + value + ", not " + expected);
          }
        });
    ranges.forEach(
        (name, range) -> {
          String value = settings.getOrDefault(name, ABSENT);
          if (!isNumber(value) || !range.has(Double.parseDouble(value))) {
            outside.add(
                name
                    + " is "
                    + value
                    + ", not from "
                    + text(range.least())
                    + " to "
                    + text(range.most()));
          }
        });
    // Settings of later versions, such as a schedule, change a run that has them.
    settings.forEach(
        (name, value) -> {
          if (!fixed.containsKey(name) && !ranges.containsKey(name) && !free(name)) {
            outside.add(name + " is " + value + ", not " + ABSENT);
          }
        });
    return outside;
  }

  /** A whole number without a point, as it was given. */
  private static String text(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }

  /** What changes no figure, or is drawn anew in every run. */
  private static boolean free(String name) {
    return List.of(OPERATION, "seed", "threads", "until").contains(name);
  }

  private static boolean same(String value, String expected) {
    return value.equals(expected)
        || (isNumber(value)
            && isNumber(expected)
            && Double.parseDouble(value) == Double.parseDouble(expected));
  }

  private static boolean isNumber(String text) {
    try {
      return !Double.isNaN(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
