package org.grokfast.tests.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What is timed in turn, round by round, so that what else the machine does meets all alike.
 * Figures are medians over the rounds.
 */
final class Rounds {
  /** Something that takes time. */
  @FunctionalInterface
  interface Work {
    /** Does it once. */
    void run() throws Exception;
  }

  private final int times;
  private final Map<String, Work> works = new LinkedHashMap<>();
  private final Map<String, double[]> milliseconds = new LinkedHashMap<>();

  /**
   * Nothing to time yet.
   *
   * @param times how often in a row each is done in a round
   */
  Rounds(int times) {
    this.times = times;
  }

  Rounds add(String name, Work work) {
    works.put(name, work);
    return this;
  }

  /** Does all of them, in one more round at first without a clock. */
  Rounds run(int rounds) throws Exception {
    works.keySet().forEach(name -> milliseconds.put(name, new double[rounds]));
    for (int round = -1; round < rounds; round++) {
      for (Map.Entry<String, Work> each : works.entrySet()) {
        long start = System.nanoTime();
        for (int i = 0; i < times; i++) {
          each.getValue().run();
        }
        if (round >= 0) {
          milliseconds.get(each.getKey())[round] = (System.nanoTime() - start) / 1e6 / times;
        }
      }
    }
    return this;
  }

  /** The names, in the order in which they were added. */
  List<String> names() {
    return new ArrayList<>(works.keySet());
  }

  /** The time of one, in milliseconds. */
  double median(String name) {
    return median(milliseconds.get(name));
  }

  /** The shortest time. */
  double lowest(String name) {
    return Arrays.stream(milliseconds.get(name)).min().orElseThrow();
  }

  /** The longest time. */
  double highest(String name) {
    return Arrays.stream(milliseconds.get(name)).max().orElseThrow();
  }

  /** The time of one as so many of another. */
  Ratio ratio(String name, String unit) {
    double[] ratios = new double[milliseconds.get(name).length];
    for (int round = 0; round < ratios.length; round++) {
      ratios[round] = milliseconds.get(name)[round] / milliseconds.get(unit)[round];
    }
    return Ratio.of(ratios);
  }

  /** What one takes longer than another, as so many of a third. */
  Ratio ratio(String name, String less, String unit) {
    double[] ratios = new double[milliseconds.get(name).length];
    for (int round = 0; round < ratios.length; round++) {
      ratios[round] =
          (milliseconds.get(name)[round] - milliseconds.get(less)[round])
              / milliseconds.get(unit)[round];
    }
    return Ratio.of(ratios);
  }

  /** A ratio of every round. */
  record Ratio(double median, double lowest, double highest) {
    private static Ratio of(double... ratios) {
      double[] sorted = Arrays.stream(ratios).sorted().toArray();
      return new Ratio(Rounds.median(sorted), sorted[0], sorted[sorted.length - 1]);
    }

    /** With so many digits after the point: {@code 1.02 (0.99, 1.07)}. */
    String text(int digits) {
      String number = "%." + digits + "f";
      return String.format(
          Locale.ROOT, number + " (" + number + ", " + number + ")", median, lowest, highest);
    }
  }

  private static double median(double[] values) {
    return Arrays.stream(values).sorted().toArray()[values.length / 2];
  }
}
