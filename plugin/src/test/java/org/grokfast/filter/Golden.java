package org.grokfast.filter;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Reads the reference implementation's trajectories: one row a step, eight values. */
public final class Golden {
  private Golden() {}

  /** Name, filter and tolerance of each trajectory. */
  public static Stream<Arguments> configurations() {
    // The tolerances are those measured for a running sum and for one rounding more or less in the
    // first step; starting from zeros, the usual mistake, is off by 2.1 and 0.086.
    return Stream.of(
        Arguments.of("ema_a0.98_l2", Ema.of(0.98, 2), 1e-6),
        Arguments.of("ema_a0.8_l0.1", Ema.of(0.8, 0.1), 1e-6),
        Arguments.of("ma_w10_l5_mean_warmup", MovingAverage.of(10, 5), 2e-6),
        Arguments.of("ma_w10_l5_mean_nowarmup", MovingAverage.of(10, 5).withWarmup(false), 2e-6),
        Arguments.of(
            "ma_w10_l5_sum_nowarmup",
            MovingAverage.of(10, 5).withWarmup(false).withAveraging(Averaging.SUM),
            2e-5));
  }

  /** The rows of {@code golden/<name>.csv} without the header and the step number. */
  public static double[][] rows(String name) {
    String path = "/golden/" + name + ".csv";
    try (InputStream in = Golden.class.getResourceAsStream(path);
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return reader
          .lines()
          .skip(1)
          .map(
              line -> Arrays.stream(line.split(",")).skip(1).mapToDouble(Golden::float32).toArray())
          .toArray(double[][]::new);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double float32(String text) {
    return Float.parseFloat(text);
  }

  /** The largest absolute difference between two trajectories of the same shape. */
  public static double maxDifference(double[][] a, double[][] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(a.length + " rows against " + b.length);
    }
    double max = 0;
    for (int t = 0; t < a.length; t++) {
      for (int i = 0; i < b[t].length; i++) {
        max = Math.max(max, Math.abs(a[t][i] - b[t][i]));
      }
    }
    return max;
  }
}
