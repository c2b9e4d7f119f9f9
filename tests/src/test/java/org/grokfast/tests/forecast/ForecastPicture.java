package org.grokfast.tests.forecast;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.grokfast.models.forecast.ForecastModel.Group;
import org.grokfast.models.picture.Svg;
import org.grokfast.models.picture.Theme;
import org.grokfast.tests.forecast.Scores.Outcome;

/** ROC curves of the forecast and of trivial ones on the left, its calibration on the right. */
final class ForecastPicture {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 440;
  private static final double SIDE = 320;
  private static final double TOP = 60;
  private static final double LEFT = 70;
  private static final double RIGHT = 520;

  /** The colours of the theme. */
  private static final Map<FeatureSet, Integer> LINES =
      Map.of(
          FeatureSet.SHIPPED, 0,
          FeatureSet.SETTINGS, 1,
          FeatureSet.TRAINING, 2,
          FeatureSet.LAST_LOSS, 4,
          FeatureSet.SETTINGS_AND_OPERATION, 7);

  private final Theme theme;
  private final Svg svg;

  private ForecastPicture(Theme theme) {
    this.theme = theme;
    this.svg = new Svg(WIDTH, HEIGHT, theme.background());
  }

  /** The picture of runs in which something was left to forecast, in every theme. */
  static Map<Theme, String> draw(List<StudyRow> rows) {
    // The fits take long, the drawing doesn't.
    Map<FeatureSet, List<Outcome>> operations = new EnumMap<>(FeatureSet.class);
    LINES.keySet().forEach(set -> operations.put(set, HeldOut.OPERATION.outcomes(rows, set)));
    List<Outcome> runs = HeldOut.RUN.outcomes(rows, FeatureSet.SHIPPED);
    return Stream.of(Theme.values())
        .collect(Collectors.toMap(theme -> theme, theme -> draw(operations, runs, theme)));
  }

  private static String draw(
      Map<FeatureSet, List<Outcome>> operations, List<Outcome> runs, Theme theme) {
    ForecastPicture picture = new ForecastPicture(theme);
    picture.axes(LEFT, "ROC, operation held out", "false positives", "true positives");
    double label = TOP + SIDE - 14 * LINES.size() - 6;
    for (Map.Entry<FeatureSet, List<Outcome>> entry : operations.entrySet()) {
      label += 14;
      picture.curve(entry.getValue(), entry.getKey(), label);
    }
    picture.axes(RIGHT, "Calibration, run left out", "forecast", "share that generalised");
    picture.calibration(runs);
    return picture.svg.document(
        "ROC curves and calibration of the forecast",
        ".axis{font-size:12px;fill:%s}.title{font-size:14px;font-weight:600;fill:%s}"
            .formatted(theme.text(), theme.text()));
  }

  private void axes(double left, String title, String across, String up) {
    for (int percent = 0; percent <= 100; percent += 25) {
      double share = percent / 100.0;
      line(left, y(share), left + SIDE, y(share), theme.grid(), 1);
      line(left + share * SIDE, TOP, left + share * SIDE, TOP + SIDE, theme.grid(), 1);
      svg.text(left - 6, y(share) + 4, "end", "axis", percent + " %");
      svg.text(left + share * SIDE, TOP + SIDE + 18, "middle", "axis", percent + " %");
    }
    line(left, y(0), left + SIDE, y(1), theme.grid(), 1.5);
    svg.text(left, 24, "start", "title", title);
    svg.text(left, 46, "start", "axis", up);
    svg.text(left + SIDE / 2, TOP + SIDE + 40, "middle", "axis", across);
  }

  private void curve(List<Outcome> outcomes, FeatureSet set, double label) {
    String colour = theme.line(LINES.get(set));
    List<Outcome> sorted =
        outcomes.stream().sorted(Comparator.comparing(Outcome::probability).reversed()).toList();
    long yes = sorted.stream().filter(Outcome::generalised).count();
    long no = sorted.size() - yes;
    StringBuilder path = new StringBuilder(point("M", 0, 0));
    long right = 0;
    long wrong = 0;
    for (int i = 0; i < sorted.size(); i++) {
      if (sorted.get(i).generalised()) {
        right++;
      } else {
        wrong++;
      }
      boolean tied =
          i + 1 < sorted.size() && sorted.get(i + 1).probability() == sorted.get(i).probability();
      if (!tied) {
        path.append(point("L", (double) wrong / no, (double) right / yes));
      }
    }
    svg.add(
        "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%.1f\"/>",
        path, colour, set == FeatureSet.SHIPPED ? 2.6 : 1.4);
    svg.add(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\" font-size=\"10\" fill=\"%s\">%s, %.3f</text>",
        LEFT + SIDE - 6, label, colour, set.title(), Scores.auroc(outcomes));
  }

  private static String point(String command, double x, double y) {
    return String.format(Locale.ROOT, "%s%.1f %.1f", command, LEFT + x * SIDE, y(y));
  }

  private void calibration(List<Outcome> outcomes) {
    String colour = theme.line(LINES.get(FeatureSet.SHIPPED));
    for (Group group : ShippedModel.groups(outcomes)) {
      if (group.runs() > 0) {
        double middle = (group.from() + group.to()) / 2;
        double share = (double) group.generalised() / group.runs();
        // The standard error of a share of so many runs.
        double error = Math.sqrt(share * (1 - share) / group.runs());
        double x = RIGHT + middle * SIDE;
        line(x, y(Math.max(0, share - error)), x, y(Math.min(1, share + error)), colour, 1.5);
        svg.add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" fill=\"%s\"/>", x, y(share), colour);
        svg.text(x + 9, y(share) + 4, "start", "axis", group.runs() + " runs");
      }
    }
  }

  private void line(double x1, double y1, double x2, double y2, String colour, double width) {
    svg.add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%.1f\"/>",
        x1, y1, x2, y2, colour, width);
  }

  private static double y(double share) {
    return TOP + (1 - share) * SIDE;
  }
}
