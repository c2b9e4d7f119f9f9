package org.grokfast.models.analysis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.models.analysis.curve.Slingshots;
import org.grokfast.models.analysis.landscape.TrajectoryPlane;
import org.grokfast.models.analysis.spectrum.SpectralDensity;

/**
 * What was measured of a run as a whole.
 *
 * @param plane the plane of the checkpoints
 * @param landscape the loss in that plane
 * @param line the loss along a filter-normalised direction from the last checkpoint
 * @param density the Hessian's spectral density at the last checkpoint
 * @param slingshots cycles of the last layer's norm and the training loss
 * @param oscillation of the first steps' training loss
 * @param alarms where a layer's tail announces a late collapse, by layer
 * @param notes what could not be measured and why, and what not to read into the figures
 */
public record RunFigures(
    Optional<TrajectoryPlane> plane,
    Optional<Surface> landscape,
    Optional<Line> line,
    List<SpectralDensity.Node> density,
    List<Slingshots.Event> slingshots,
    Optional<Oscillation> oscillation,
    Map<String, Integer> alarms,
    List<String> notes) {

  /** Losses in the plane. */
  public static final class Surface {
    private final double[] xs;
    private final double[] ys;
    private final double[][] losses;

    Surface(double[] xs, double[] ys, double[][] losses) {
      this.xs = xs;
      this.ys = ys;
      this.losses = losses;
    }

    /** Places along the first direction. */
    public double[] xs() {
      return xs.clone();
    }

    /** Places along the second. */
    public double[] ys() {
      return ys.clone();
    }

    /** By y, then by x. */
    public double[][] losses() {
      return losses.clone();
    }
  }

  /** Losses along a direction, of which 1 is as long as the network's own filters. */
  public static final class Line {
    private final double[] xs;
    private final double[] losses;

    Line(double[] xs, double[] losses) {
      this.xs = xs;
      this.losses = losses;
    }

    /** Places. */
    public double[] xs() {
      return xs.clone();
    }

    /** The losses there. */
    public double[] losses() {
      return losses.clone();
    }
  }

  /**
   * How the training loss oscillates (arXiv 2306.13253), one value a validation.
   *
   * @param values how many values
   * @param lastStep up to which step
   * @param activity the energy without the linear trend
   * @param lowFrequencyEnergy that of less than a tenth of a cycle a value
   * @param mobility Hjorth's
   * @param complexity Hjorth's
   */
  public record Oscillation(
      int values,
      int lastStep,
      double activity,
      double lowFrequencyEnergy,
      double mobility,
      double complexity) {}

  /** Takes copies. */
  public RunFigures {
    density = List.copyOf(density);
    slingshots = List.copyOf(slingshots);
    alarms = new LinkedHashMap<>(alarms);
    notes = List.copyOf(notes);
  }

  Map<String, Object> toMap(List<Figures> checkpoints) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("trajectory", plane.map(found -> plane(found, checkpoints)).orElse(null));
    map.put("landscape", landscape.map(RunFigures::surface).orElse(null));
    map.put("line", line.map(RunFigures::line).orElse(null));
    map.put("density", density.stream().map(RunFigures::node).toList());
    map.put("slingshots", slingshots.stream().map(RunFigures::event).toList());
    map.put("oscillation", oscillation.map(RunFigures::oscillation).orElse(null));
    List<Map<String, Object>> list = new ArrayList<>();
    alarms.forEach(
        (layer, step) -> {
          Map<String, Object> alarm = new LinkedHashMap<>();
          alarm.put("layer", layer);
          alarm.put("step", step);
          list.add(alarm);
        });
    map.put("collapseAlarms", list);
    map.put("notes", notes);
    return map;
  }

  private static Map<String, Object> plane(TrajectoryPlane plane, List<Figures> checkpoints) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("explainedVariance", plane.explainedVariance());
    map.put("explained", list(plane.explained()));
    map.put("faithful", plane.warning().isEmpty());
    List<Map<String, Object>> places = new ArrayList<>();
    for (int i = 0; i < checkpoints.size(); i++) {
      Map<String, Object> place = new LinkedHashMap<>();
      place.put("step", checkpoints.get(i).step());
      place.put("x", plane.places()[i][0]);
      place.put("y", plane.places()[i][1]);
      places.add(place);
    }
    map.put("places", places);
    return map;
  }

  private static Map<String, Object> surface(Surface surface) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("x", list(surface.xs));
    map.put("y", list(surface.ys));
    List<List<Double>> rows = new ArrayList<>();
    for (double[] row : surface.losses) {
      rows.add(list(row));
    }
    map.put("losses", rows);
    return map;
  }

  private static Map<String, Object> line(Line line) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("x", list(line.xs));
    map.put("losses", list(line.losses));
    return map;
  }

  /** What isn't a number is null, which JSON has. */
  private static List<Double> list(double[] values) {
    List<Double> list = new ArrayList<>();
    for (double value : values) {
      list.add(Double.isFinite(value) ? value : null);
    }
    return list;
  }

  private static Map<String, Object> node(SpectralDensity.Node node) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("value", node.value());
    map.put("share", node.share());
    return map;
  }

  private static Map<String, Object> event(Slingshots.Event event) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("growth", event.growth());
    map.put("leap", event.leap());
    map.put("plateau", event.plateau());
    map.put("saturation", Double.isFinite(event.saturation()) ? event.saturation() : null);
    return map;
  }

  private static Map<String, Object> oscillation(Oscillation found) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("values", found.values);
    map.put("lastStep", found.lastStep);
    map.put("activity", found.activity);
    map.put("lowFrequencyEnergy", found.lowFrequencyEnergy);
    map.put("mobility", found.mobility);
    map.put("complexity", found.complexity);
    return map;
  }
}
