package org.grokfast.tests.pictures;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.grokfast.models.picture.Svg;

/**
 * Validation accuracy against the step, which has a logarithmic axis: one thin line per seed, a
 * thick one for their median.
 */
final class AccuracyPicture {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 460;
  private static final double LEFT = 64;
  private static final double RIGHT = 866;
  private static final double TOP = 60;
  private static final double BOTTOM = 404;
  private static final int FIRST_STEP = 10;
  private static final int LAST_STEP = 10_000;
  private static final double THRESHOLD = 0.95;

  private final Theme theme;
  private final Svg svg;

  private AccuracyPicture(Theme theme) {
    this.theme = theme;
    this.svg = new Svg(WIDTH, HEIGHT, theme.background());
  }

  /** Colours for a light or a dark page; one per arm. */
  enum Theme {
    LIGHT("#ffffff", "#1f2328", "#d1d9e0", "#6e7781 #0a66c2 #b35900 #1a7f37"),
    DARK("#0d1117", "#e6edf3", "#30363d", "#9198a1 #58a6ff #f0a742 #3fb950");

    private final String background;
    private final String text;
    private final String grid;
    private final String arms;

    Theme(String background, String text, String grid, String arms) {
      this.background = background;
      this.text = text;
      this.grid = grid;
      this.arms = arms;
    }

    String background() {
      return background;
    }

    String text() {
      return text;
    }

    String grid() {
      return grid;
    }

    List<String> arms() {
      return List.of(arms.split(" ", -1));
    }
  }

  /**
   * What one seed reached.
   *
   * @param accuracies by step
   */
  record Run(TreeMap<Integer, Double> accuracies) {
    /** The accuracy at a step; of a run that has ended above the threshold, its last one. */
    Optional<Double> at(int step) {
      if (step <= accuracies.lastKey()) {
        return Optional.ofNullable(accuracies.get(step));
      }
      double last = accuracies.lastEntry().getValue();
      return last >= THRESHOLD ? Optional.of(last) : Optional.empty();
    }
  }

  /** Draws the runs of every arm; the order of the arms is that of the colours. */
  static String draw(Map<String, List<Run>> arms, Theme theme) {
    AccuracyPicture picture = new AccuracyPicture(theme);
    picture.axes();
    List<String> colours = theme.arms();
    int arm = 0;
    for (Map.Entry<String, List<Run>> entry : arms.entrySet()) {
      picture.arm(entry.getKey(), entry.getValue(), arm, colours.get(arm));
      arm++;
    }
    return picture.svg.document(
        "Validation accuracy against the optimization step",
        ".axis{font-size:13px;fill:" + theme.text + "}.arm{font-size:14px;font-weight:600}");
  }

  private void axes() {
    for (int percent = 0; percent <= 100; percent += 25) {
      double y = y(percent / 100.0);
      gridLine(LEFT, y, RIGHT, y);
      svg.text(LEFT - 8, y + 4, "end", "axis", percent + " %");
    }
    for (int step = FIRST_STEP; step <= LAST_STEP; step *= 10) {
      gridLine(x(step), TOP, x(step), BOTTOM);
      svg.text(x(step), BOTTOM + 20, "middle", "axis", String.format(Locale.ROOT, "%,d", step));
    }
    svg.add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\""
            + " stroke-dasharray=\"6 4\"/>",
        LEFT, y(THRESHOLD), RIGHT, y(THRESHOLD), theme.text);
    svg.text(LEFT + 6, y(THRESHOLD) + 16, "start", "axis", "95 %");
    svg.text((LEFT + RIGHT) / 2, HEIGHT - 14, "middle", "axis", "optimization steps");
    svg.text(LEFT, 22, "start", "axis", "validation accuracy");
  }

  private void gridLine(double x1, double y1, double x2, double y2) {
    svg.add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>",
        x1, y1, x2, y2, theme.grid);
  }

  private void arm(String name, List<Run> runs, int place, String colour) {
    for (Run run : runs) {
      line(run.accuracies(), 1, 0.45, colour);
    }
    TreeSet<Integer> steps =
        runs.stream()
            .flatMap(run -> run.accuracies().keySet().stream())
            .collect(Collectors.toCollection(TreeSet::new));
    TreeMap<Integer, Double> medians = new TreeMap<>();
    for (int step : steps) {
      List<Double> values = runs.stream().flatMap(run -> run.at(step).stream()).sorted().toList();
      if (values.size() == runs.size()) {
        medians.put(step, median(values));
      }
    }
    line(medians, 2.6, 1, colour);
    double x = LEFT + place * (RIGHT - LEFT) / theme.arms().size();
    svg.add(
        "<line x1=\"%.1f\" y1=\"42\" x2=\"%.1f\" y2=\"42\" stroke=\"%s\" stroke-width=\"3\"/>",
        x, x + 22, colour);
    svg.add("<text x=\"%.1f\" y=\"47\" class=\"arm\" fill=\"%s\">%s</text>", x + 28, colour, name);
  }

  private static double median(List<Double> sorted) {
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  private void line(Map<Integer, Double> values, double width, double opacity, String colour) {
    List<String> points = new ArrayList<>();
    values.forEach(
        (step, value) -> points.add(String.format(Locale.ROOT, "%.1f,%.1f", x(step), y(value))));
    svg.add(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%.1f\""
            + " stroke-opacity=\"%.2f\" stroke-linejoin=\"round\"/>",
        String.join(" ", points), colour, width, opacity);
  }

  private static double x(int step) {
    double share =
        Math.log10((double) step / FIRST_STEP) / Math.log10((double) LAST_STEP / FIRST_STEP);
    return LEFT + share * (RIGHT - LEFT);
  }

  private static double y(double accuracy) {
    return BOTTOM - accuracy * (BOTTOM - TOP);
  }
}
