package org.grokfast.tests.pictures;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.function.DoubleUnaryOperator;
import org.grokfast.models.picture.CurvesPicture;
import org.grokfast.models.picture.Svg;
import org.grokfast.tests.pictures.AccuracyPicture.Theme;
import org.grokfast.tests.pictures.LinePlot.Axis;
import org.grokfast.tests.pictures.LinePlot.Point;

/** Quantities of analyzed runs over the step: a thin line a seed, a thick one for their median. */
final class AnalysisPicture {
  private static final int WIDTH = 900;
  private static final int FIELD_WIDTH = 450;
  private static final int FIELD_HEIGHT = 218;
  private static final Axis STEPS = Axis.linear(0, 1_000, 0.0, 200.0, 400.0, 600.0, 800.0, 1_000.0);

  /** A column of the table and what the picture calls it. */
  private record Quantity(String column, String name) {}

  /** What stands in a field; the colours are those behind the first. */
  private record Field(
      String title, DoubleUnaryOperator shown, Axis axis, List<Quantity> quantities) {}

  private static final List<Field> FIELDS =
      List.of(
          new Field(
              "accuracy",
              DoubleUnaryOperator.identity(),
              Axis.linear(0, 1, 0.0, 0.25, 0.5, 0.75, 1.0),
              List.of(
                  new Quantity("trainAccuracy", "training"),
                  new Quantity("validationAccuracy", "validation"))),
          new Field(
              "commutator defect, power of ten",
              Math::log10,
              Axis.linear(0, 3.2, 0.0, 1.0, 2.0, 3.0),
              List.of(new Quantity("commutatorDefect", ""))),
          new Field(
              "commutativity",
              DoubleUnaryOperator.identity(),
              Axis.linear(0, 1, 0.0, 0.25, 0.5, 0.75, 1.0),
              List.of(new Quantity("commutativity", ""))),
          new Field(
              "norm of the weights",
              DoubleUnaryOperator.identity(),
              Axis.linear(0, 100, 0.0, 25.0, 50.0, 75.0, 100.0),
              List.of(new Quantity("weightNorm", ""))),
          new Field(
              "differences under noise, nats",
              DoubleUnaryOperator.identity(),
              Axis.linear(0, 2.2, 0.0, 0.5, 1.0, 1.5, 2.0),
              List.of(
                  new Quantity("mutualInformationDifference", "MID"),
                  new Quantity("entropyDifference", "ED"))),
          new Field(
              "tail exponent α, mean of the matrices",
              DoubleUnaryOperator.identity(),
              Axis.linear(0, 5, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0),
              List.of(new Quantity("heavyTailAlpha", ""))));

  private AnalysisPicture() {}

  /** Draws the table of {@code analyze}, with the seed before each row. */
  static String draw(RecordedRuns runs, Theme theme) {
    Svg svg = new Svg(WIDTH, FIELD_HEIGHT * ((FIELDS.size() + 1) / 2), theme.background());
    for (int i = 0; i < FIELDS.size(); i++) {
      Field field = FIELDS.get(i);
      LinePlot plot =
          new LinePlot(
              svg,
              theme,
              i % 2 * FIELD_WIDTH,
              i / 2 * FIELD_HEIGHT,
              FIELD_WIDTH - 6,
              FIELD_HEIGHT - 4);
      plot.axes(field.title(), STEPS, field.axis(), "step");
      int colour = 1;
      for (Quantity quantity : field.quantities()) {
        List<NavigableMap<Integer, Double>> seeds = runs.curves(quantity.column());
        for (NavigableMap<Integer, Double> seed : seeds) {
          plot.curve("", colour, 0.7, points(seed, field));
        }
        plot.curve(quantity.name(), colour, 2.6, points(CurvesPicture.medians(seeds), field));
        colour++;
      }
    }
    return svg.document("Analyzed runs, checkpoint by checkpoint", LinePlot.style(theme));
  }

  private static List<Point> points(NavigableMap<Integer, Double> values, Field field) {
    List<Point> points = new ArrayList<>();
    values.forEach(
        (step, value) -> points.add(new Point(step, field.shown().applyAsDouble(value))));
    return points;
  }
}
