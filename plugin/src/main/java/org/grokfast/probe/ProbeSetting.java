package org.grokfast.probe;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A probe and how often it measures: in the first step and in steps {@code every}, 2·{@code every},
 * ….
 *
 * @param probe the probe
 * @param every the number of steps; ≥ 1
 */
public record ProbeSetting(Probe probe, int every) {
  /** The interval where none is given. */
  public static final int EVERY = 10;

  private static final String OPTION = ":every=";

  /**
   * @throws IllegalArgumentException if the interval is out of its range
   */
  public ProbeSetting {
    if (every < 1) {
      throw new IllegalArgumentException(
          "probe " + probe.name() + ": every must be a whole number >= 1, was " + every);
    }
  }

  /**
   * A setting from its text, {@code NAME} or {@code NAME:every=N}.
   *
   * @throws IllegalArgumentException saying what is expected, if it can't be read
   */
  public static ProbeSetting parse(String text) {
    int colon = text.indexOf(':');
    Probe probe = Probes.of(colon < 0 ? text : text.substring(0, colon));
    if (colon < 0) {
      return new ProbeSetting(probe, EVERY);
    }
    if (!text.startsWith(OPTION, colon)) {
      throw new IllegalArgumentException(
          "a probe is written NAME or NAME:every=N, such as "
              + probe.name()
              + OPTION
              + EVERY
              + "; was '"
              + text
              + "'");
    }
    String number = text.substring(colon + OPTION.length());
    try {
      return new ProbeSetting(probe, Integer.parseInt(number));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "probe " + probe.name() + ": every must be a whole number >= 1, was '" + number + "'", e);
    }
  }

  /** The setting as {@link #parse} reads it, with its interval. */
  public String text() {
    return probe.name() + OPTION + every;
  }

  /**
   * Checks settings that are to be measured together.
   *
   * @throws IllegalArgumentException if a probe is there twice
   */
  public static void requireDistinct(List<ProbeSetting> settings) {
    Set<String> names = new HashSet<>();
    for (ProbeSetting setting : settings) {
      if (!names.add(setting.probe().name())) {
        throw new IllegalArgumentException("probe " + setting.probe().name() + " is given twice");
      }
    }
  }
}
