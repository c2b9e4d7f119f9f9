package org.grokfast.tests.forecast;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.grokfast.models.forecast.ForecastModel.Group;
import org.grokfast.models.picture.Svg;
import org.grokfast.tests.forecast.Scores.Outcome;

/** ROC curves of the forecast and of trivial ones on the left, its calibration on the right. */
final class ForecastPicture {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 440;
  private static final double SIDE = 320;
  private static final double TOP = 60;
  private static final double LEFT = 70;
  private static final double RIGHT = 520;
  private static final String TEXT = "#1f2328";
  private static final String GRID = "#d1d9e0";
  private static final String SHIPPED = "#0a66c2";
  private static final Map<FeatureSet, String> OTHERS =
      Map.of(
          FeatureSet.LAST_LOSS, "#6e7781",
          FeatureSet.SETTINGS, "#b35900",
          FeatureSet.TRAINING, "#1a7f37",
          FeatureSet.SETTINGS_AND_OPERATION, "#8250df");

  private final Svg svg = new Svg(WIDTH, HEIGHT, "#ffffff");

  private ForecastPicture() {}

  /** The picture of runs in which something was left to forecast. */
  static String draw(List<StudyRow> rows) {
    ForecastPicture picture = new ForecastPicture();
    picture.axes(LEFT, "ROC, operation held out", "false positives", "true positives");
    double label = TOP + SIDE - 14 * (OTHERS.size() + 1) - 6;
    for (FeatureSet set : FeatureSet.values()) {
      String colour = set == FeatureSet.SHIPPED ? SHIPPED : OTHERS.get(set);
      if (colour != null) {
        label += 14;
        picture.curve(HeldOut.OPERATION.outcomes(rows, set), set, colour, label);
      }
    }
    picture.axes(RIGHT, "Calibration, run left out", "forecast", "share that generalised");
    picture.calibration(HeldOut.RUN.outcomes(rows, FeatureSet.SHIPPED));
    return picture.svg.document(
        "ROC curves and calibration of the forecast",
        ".axis{font-size:12px;fill:" + TEXT + "}.title{font-size:14px;font-weight:600}");
  }

  private void axes(double left, String title, String across, String up) {
    for (int percent = 0; percent <= 100; percent += 25) {
      double share = percent / 100.0;
      line(left, y(share), left + SIDE, y(share), GRID, 1);
      line(left + share * SIDE, TOP, left + share * SIDE, TOP + SIDE, GRID, 1);
      svg.text(left - 6, y(share) + 4, "end", "axis", percent + " %");
      svg.text(left + share * SIDE, TOP + SIDE + 18, "middle", "axis", percent + " %");
    }
    line(left, y(0), left + SIDE, y(1), GRID, 1.5);
    svg.text(left, 24, "start", "title", title);
    svg.text(left, 46, "start", "axis", up);
    svg.text(left + SIDE / 2, TOP + SIDE + 40, "middle", "axis", across);
  }

  private void curve(List<Outcome> outcomes, FeatureSet set, String colour, double label) {
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
    for (Group group : ShippedModel.groups(outcomes)) {
      if (group.runs() > 0) {
        double middle = (group.from() + group.to()) / 2;
        double share = (double) group.generalised() / group.runs();
        // The standard error of a share of so many runs.
        double error = Math.sqrt(share * (1 - share) / group.runs());
        double x = RIGHT + middle * SIDE;
        line(x, y(Math.max(0, share - error)), x, y(Math.min(1, share + error)), SHIPPED, 1.5);
        svg.add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" fill=\"%s\"/>", x, y(share), SHIPPED);
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
