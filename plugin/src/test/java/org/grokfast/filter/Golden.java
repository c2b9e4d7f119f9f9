package org.grokfast.filter;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads the reference implementation's trajectories: one row a step, eight values. */
public final class Golden {
  private Golden() {}

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
