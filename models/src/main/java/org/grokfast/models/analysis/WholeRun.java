package org.grokfast.models.analysis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.grokfast.models.analysis.RunFigures.Line;
import org.grokfast.models.analysis.RunFigures.Oscillation;
import org.grokfast.models.analysis.RunFigures.Surface;
import org.grokfast.models.analysis.curve.Hjorth;
import org.grokfast.models.analysis.curve.LossSpectrum;
import org.grokfast.models.analysis.curve.Slingshots;
import org.grokfast.models.analysis.graph.LossGraph;
import org.grokfast.models.analysis.graph.ParameterLayout.Parameter;
import org.grokfast.models.analysis.landscape.FilterNormalized;
import org.grokfast.models.analysis.landscape.Slice;
import org.grokfast.models.analysis.landscape.TrajectoryPlane;
import org.grokfast.models.analysis.spectrum.HeavyTail;
import org.grokfast.models.analysis.spectrum.SpectralDensity;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.models.training.files.Checkpoints;
import org.grokfast.models.training.files.MetricsRow;

/** Measures what takes all checkpoints or the last one. */
final class WholeRun {
  /** From how early the forecast of arXiv 2306.13253 is made. */
  private static final int FIRST_STEPS = 400;

  /** How far the landscape reaches beyond the trajectory, as a share of its extent. */
  private static final double MARGIN = 0.3;

  private static final int LANCZOS_STEPS = 30;

  private final LossGraph loss;
  private final Examples examples;
  private final TrainingOptions training;
  private final AnalysisOptions options;
  private final List<String> notes = new ArrayList<>();

  WholeRun(LossGraph loss, Examples examples, TrainingOptions training, AnalysisOptions options) {
    this.loss = loss;
    this.examples = examples;
    this.training = training;
    this.options = options;
  }

  RunFigures of(
      List<Checkpoints.Loaded> checkpoints,
      List<MetricsRow> rows,
      List<Figures> figures,
      List<String> earlier) {
    notes.addAll(earlier);
    if (!loss.exactProducts()) {
      notes.add(
          "an operation has no gradient of its gradient: products with the Hessian are central"
              + " differences in float32, whose eigenvalues have an error of about a hundredth");
    }
    List<double[]> points = points(checkpoints);
    Optional<TrajectoryPlane> plane = plane(points);
    plane.flatMap(TrajectoryPlane::warning).ifPresent(notes::add);
    Optional<Surface> surface = options.grid() == 0 ? Optional.empty() : plane.map(this::surface);
    double[] last = points.get(points.size() - 1);
    Optional<Line> line = options.grid() == 0 ? Optional.empty() : Optional.of(line(last));
    loss.set(last);
    List<SpectralDensity.Node> density =
        options.probes() == 0
            ? List.of()
            : SpectralDensity.of(
                    loss.hessian(examples.all()), options.probes(), LANCZOS_STEPS, options.seed())
                .nodes();
    return new RunFigures(
        plane,
        surface,
        line,
        density,
        slingshots(rows, figures),
        oscillation(rows),
        alarms(figures),
        notes);
  }

  private List<double[]> points(List<Checkpoints.Loaded> checkpoints) {
    List<double[]> points = new ArrayList<>();
    for (Checkpoints.Loaded checkpoint : checkpoints) {
      loss.restore(checkpoint);
      points.add(loss.parameters());
    }
    return points;
  }

  private Optional<TrajectoryPlane> plane(List<double[]> points) {
    try {
      return Optional.of(TrajectoryPlane.of(points));
    } catch (IllegalArgumentException e) {
      notes.add(
          e.getMessage() + ": train with --checkpoint-every and --keep-checkpoints 0 to have more");
      return Optional.empty();
    }
  }

  private Surface surface(TrajectoryPlane plane) {
    double[] xs = around(plane, 0);
    double[] ys = around(plane, 1);
    return new Surface(
        xs, ys, Slice.plane(this::lossAt, plane.mean(), plane.first(), plane.second(), xs, ys));
  }

  private double[] around(TrajectoryPlane plane, int axis) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (double[] place : plane.places()) {
      least = Math.min(least, place[axis]);
      most = Math.max(most, place[axis]);
    }
    double margin = MARGIN * (most - least);
    return Slice.grid(least - margin, most + margin, options.grid());
  }

  private Line line(double[] center) {
    List<FilterNormalized.Block> blocks = new ArrayList<>();
    for (Parameter parameter : loss.layout().parameters()) {
      blocks.add(new FilterNormalized.Block(parameter.offset(), parameter.shape()));
    }
    double[] direction = FilterNormalized.direction(center, blocks, options.seed());
    double[] xs = Slice.grid(-1, 1, 2 * options.grid() - 1);
    return new Line(xs, Slice.line(this::lossAt, center, direction, xs));
  }

  private double lossAt(double[] theta) {
    loss.set(theta);
    return loss.loss(examples.all());
  }

  private List<Slingshots.Event> slingshots(List<MetricsRow> rows, List<Figures> figures) {
    try {
      return Slingshots.DEFAULTS.find(SlingshotRows.of(loss.layout(), rows, figures));
    } catch (IllegalArgumentException e) {
      notes.add(
          "slingshots were not looked for: "
              + e.getMessage()
              + ". A run with --probe weight-norm has a row a validation, any other a row a checkpoint");
      return List.of();
    }
  }

  private Optional<Oscillation> oscillation(List<MetricsRow> rows) {
    double[] curve =
        rows.stream()
            .filter(row -> row.step() <= FIRST_STEPS)
            .mapToDouble(MetricsRow::trainLoss)
            .toArray();
    try {
      LossSpectrum spectrum = LossSpectrum.of(curve, 1);
      Hjorth hjorth = Hjorth.of(LossSpectrum.withoutTrend(curve, 1));
      int bins = spectrum.energies().length;
      return Optional.of(
          new Oscillation(
              curve.length,
              rows.get(curve.length - 1).step(),
              spectrum.activity(),
              spectrum.band(0, Math.max(1, Math.min(bins, curve.length / 10))),
              hjorth.mobility(),
              hjorth.complexity()));
    } catch (IllegalArgumentException e) {
      notes.add(
          "the oscillation of the first "
              + FIRST_STEPS
              + " steps' loss was not measured: "
              + e.getMessage()
              + ". Train with a smaller --validate-every to have more values");
      return Optional.empty();
    }
  }

  private Map<String, Integer> alarms(List<Figures> figures) {
    Map<String, Integer> alarms = new LinkedHashMap<>();
    for (String layer : loss.layout().layers().keySet()) {
      List<HeavyTail.Observation> observations = new ArrayList<>();
      for (Figures at : figures) {
        Double alpha = at.layers().get(layer).get(Quantity.HEAVY_TAIL_ALPHA);
        observations.add(
            new HeavyTail.Observation(
                at.step(),
                at.orNaN(Quantity.VALIDATION_ACCURACY),
                alpha == null ? OptionalDouble.empty() : OptionalDouble.of(alpha)));
      }
      HeavyTail.alarm(observations, training.until()).ifPresent(step -> alarms.put(layer, step));
    }
    return alarms;
  }
}
