package org.grokfast.tools.console;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;

/** Shares between 0 and 1 as a row of small bars: all that were seen, in a fixed width. */
final class Sparkline {
  private static final String BARS = "▁▂▃▄▅▆▇█";

  private final int width;
  private final List<Double> values = new ArrayList<>();

  /**
   * An empty one.
   *
   * @param width the most characters that it takes, ≥ 1
   */
  Sparkline(int width) {
    this.width = width;
  }

  /** Whether characters such as these can be shown where an encoding is used. */
  static boolean isShownIn(Charset charset) {
    return charset.canEncode() && charset.newEncoder().canEncode(BARS);
  }

  /** Adds the newest value; one that is out of range is shown as the nearest that is not. */
  void add(double value) {
    values.add(value);
  }

  /**
   * The bars from the oldest to the newest value. Where there are more values than characters, each
   * is the mean of as many; one of NaN alone is a space.
   */
  String text() {
    StringBuilder text = new StringBuilder();
    int cells = Math.min(width, values.size());
    for (int cell = 0; cell < cells; cell++) {
      int from = (int) ((long) cell * values.size() / cells);
      int to = (int) ((cell + 1L) * values.size() / cells);
      double mean =
          values.subList(from, to).stream()
              .mapToDouble(Double::doubleValue)
              .filter(value -> !Double.isNaN(value))
              .average()
              .orElse(Double.NaN);
      text.append(bar(mean));
    }
    return text.toString();
  }

  private static char bar(double share) {
    if (Double.isNaN(share)) {
      return ' ';
    }
    int step = (int) Math.floor(Math.min(Math.max(share, 0), 1) * BARS.length());
    return BARS.charAt(Math.min(step, BARS.length() - 1));
  }
}
