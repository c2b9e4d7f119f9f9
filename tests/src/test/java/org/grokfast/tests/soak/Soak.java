package org.grokfast.tests.soak;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.grokfast.tools.console.ChildJvm;

/**
 * A part of a soak, run in a JVM whose heap is all touched at the start, so that what grows later
 * is not Java's.
 *
 * @param samples settled ones at both ends, others between
 */
record Soak(String part, List<Sample> samples) {
  /** Of the samples, those at the start that are left out: caches and pools fill up. */
  private static final double WARM_UP = 0.2;

  private static final double TENTH = 0.1;

  /**
   * How many handles may stay: Java keeps a font open from the first label that needs it. What a
   * checkpoint, a picture or a round leaves would be dozens.
   */
  static final int KEPT_HANDLES = 3;

  /** Runs a part to its end. */
  static Soak run(String part, Object... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(List.of("-Xms192m", "-Xmx192m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"));
    // The optimizing compiler takes megabytes whenever it comes to a method, after minutes as well.
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(ChildJvm.options());
    command.addAll(List.of("-cp", String.join(File.pathSeparator, ChildJvm.classPath())));
    command.addAll(List.of(SoakProgram.class.getName(), part));
    Arrays.stream(arguments).map(Object::toString).forEach(command::add);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    List<Sample> samples = new ArrayList<>();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (Sample.isLine(line)) {
          samples.add(Sample.parse(line));
        }
      }
    } finally {
      process.destroyForcibly();
    }
    int code = process.waitFor();
    if (code != 0 || samples.size() < 2) {
      throw new IOException("the " + part + " ended with " + code + " after " + samples);
    }
    return new Soak(part, samples);
  }

  Sample first() {
    return samples.get(0);
  }

  Sample last() {
    return samples.get(samples.size() - 1);
  }

  /** The median of resident memory in the first tenth after the warm-up, in kilobytes. */
  double residentBefore() {
    List<Sample> steady = steady();
    return median(steady.subList(0, tenth(steady)));
  }

  /** The same in the last tenth. */
  double residentAfter() {
    List<Sample> steady = steady();
    return median(steady.subList(steady.size() - tenth(steady), steady.size()));
  }

  /** By which part resident memory has grown. */
  double growth() {
    return residentAfter() / residentBefore() - 1;
  }

  private List<Sample> steady() {
    List<Sample> between = samples.subList(1, samples.size() - 1);
    return between.subList((int) (WARM_UP * between.size()), between.size());
  }

  private static int tenth(List<Sample> steady) {
    return Math.max(1, (int) (TENTH * steady.size()));
  }

  private static double median(List<Sample> samples) {
    double[] sorted = samples.stream().mapToDouble(Sample::residentKilobytes).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  /** How many handles there are more at the end. */
  long newHandles() {
    return last().handles() - first().handles();
  }

  /** A table row, as the documentation has it. */
  String toRow() {
    return String.format(
        Locale.ROOT,
        "| %s | %,d in %,.0f s | %.1f → %.1f MB (%+.2f %%) | %d → %d | %d → %d | %d → %d |",
        part,
        last().done(),
        last().seconds(),
        residentBefore() / 1024,
        residentAfter() / 1024,
        100 * growth(),
        first().handles(),
        last().handles(),
        first().threads(),
        last().threads(),
        first().natives(),
        last().natives());
  }
}
