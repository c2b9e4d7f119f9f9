package org.grokfast.models.tuning;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.Parameter;
import org.grokfast.models.optimizer.MuonOptions;
import org.grokfast.models.optimizer.OptimizerKind;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.models.tuning.Dimension.Kind;

/**
 * What is varied around an arm: learning rate, weight decay, the numbers of Muon's matrices and
 * every number of its filter, over the ranges that the filter's type names; and whatever else is
 * {@linkplain #and added}.
 *
 * @param dimensions what is varied
 */
public record SearchSpace(List<Dimension> dimensions) {
  /** The name of the optimizer's rate after the warm-up. */
  public static final String LEARNING_RATE = "learning rate";

  /** The name of the coefficient of the optimizer's decay. */
  public static final String WEIGHT_DECAY = "weight decay";

  /** The name of the rate of Muon's matrices. */
  public static final String MATRIX_RATE = "matrix-lr";

  /** The name of the coefficient of their decay. */
  public static final String MATRIX_DECAY = "matrix-weight-decay";

  /** The name of their momentum. */
  public static final String MOMENTUM = "momentum";

  /** Over how many steps the momentum reaches back, at least and at most. */
  private static final double LEAST_MOMENTUM = 5;

  private static final double MOST_MOMENTUM = 200;

  /** Ranges reach this far below and above the arm's learning rate and weight decay. */
  private static final double AROUND = 10;

  /** The range of a weight decay that the arm doesn't have. */
  private static final double LEAST_DECAY = 1e-3;

  private static final double MOST_DECAY = 10;

  /** Takes a copy of the list. */
  public SearchSpace {
    dimensions = List.copyOf(dimensions);
  }

  /**
   * The space around an arm, where the search starts.
   *
   * @param settings the arm's settings
   * @throws IllegalArgumentException if there is nothing to vary
   */
  public static SearchSpace around(TrainingOptions settings) {
    return around(settings, OptionalDouble.empty());
  }

  /**
   * The space around an arm, with averages that start at the paper's rule of thumb, alpha^N = 0.1
   * and a window of N, and not at the arm's.
   *
   * @param settings the arm's settings
   * @param speedUp the wanted speed-up N, ≥ 1
   * @throws IllegalArgumentException if it is smaller, or there is nothing to vary
   */
  public static SearchSpace around(TrainingOptions settings, double speedUp) {
    if (!(speedUp >= 1)) {
      throw new IllegalArgumentException("speed-up must be >= 1, was " + Math.round(speedUp));
    }
    return around(settings, OptionalDouble.of(speedUp));
  }

  private static SearchSpace around(TrainingOptions settings, OptionalDouble speedUp) {
    List<Dimension> dimensions = new ArrayList<>();
    if (settings.optimizer() != OptimizerKind.OWN) {
      dimensions.add(rate(LEARNING_RATE, settings.adam().learningRate()));
      dimensions.add(decay(WEIGHT_DECAY, settings.adam().weightDecay()));
    }
    if (settings.optimizer() == OptimizerKind.MUON) {
      MuonOptions muon = settings.adam().muon();
      dimensions.add(rate(MATRIX_RATE, muon.learningRate()));
      dimensions.add(decay(MATRIX_DECAY, muon.weightDecay()));
      dimensions.add(
          new Dimension(
              MOMENTUM,
              Kind.ALPHA,
              muon.momentum(),
              Dimension.alphaOf(LEAST_MOMENTUM),
              Dimension.alphaOf(MOST_MOMENTUM)));
    }
    settings.filter().ifPresent(filter -> addFilter(dimensions, filter, speedUp));
    if (dimensions.isEmpty()) {
      throw new IllegalArgumentException(
          "there is nothing to tune: the arm has no filter, and its optimizer is in the graph");
    }
    return new SearchSpace(dimensions);
  }

  private static Dimension rate(String name, double rate) {
    return new Dimension(name, Kind.REAL, rate, rate / AROUND, rate * AROUND);
  }

  private static Dimension decay(String name, double decay) {
    return decay > 0
        ? new Dimension(name, Kind.REAL, decay, decay / AROUND, decay * AROUND)
        : new Dimension(name, Kind.REAL, 0, LEAST_DECAY, MOST_DECAY);
  }

  /** All numbers of a filter. */
  private static void addFilter(
      List<Dimension> dimensions, GradientFilter filter, OptionalDouble speedUp) {
    List<Parameter<?>> parameters = filter.type().parameters();
    for (int i = 0; i < parameters.size(); i++) {
      if (parameters.get(i).search().isPresent()) {
        Number value = (Number) filter.values().get(i);
        dimensions.add(
            dimension(
                parameters.get(i).name(),
                parameters.get(i).search().get(),
                value.doubleValue(),
                speedUp));
      }
    }
  }

  private static Dimension dimension(
      String name, Parameter.Search search, double value, OptionalDouble speedUp) {
    return switch (search.scale()) {
      case FACTOR -> new Dimension(name, Kind.REAL, value, search.low(), search.high());
      case STEPS ->
          new Dimension(name, Kind.WHOLE, speedUp.orElse(value), search.low(), search.high());
      case DECAY ->
          new Dimension(
              name,
              Kind.ALPHA,
              speedUp.isPresent() ? Dimension.alphaOf(speedUp.getAsDouble()) : value,
              Dimension.alphaOf(search.low()),
              Dimension.alphaOf(search.high()));
    };
  }

  /**
   * This space with another range of one number.
   *
   * @throws IllegalArgumentException if the number isn't varied, or the range is empty
   */
  public SearchSpace within(String name, double low, double high) {
    List<String> names = dimensions.stream().map(Dimension::name).toList();
    if (!names.contains(name)) {
      throw new IllegalArgumentException(
          "'" + name + "' is not varied; these are: " + String.join(", ", names));
    }
    return new SearchSpace(
        dimensions.stream().map(d -> d.name().equals(name) ? d.within(low, high) : d).toList());
  }

  /** This space and another number, which comes last. */
  public SearchSpace and(Dimension other) {
    List<Dimension> all = new ArrayList<>(dimensions);
    all.add(other);
    return new SearchSpace(all);
  }

  /**
   * Points of this space, as values by the names of the dimensions and in their order: first the
   * start, without the numbers that have none, then random ones. A larger number of them begins
   * with the same ones.
   *
   * @param count how many; ≥ 1
   * @param seed the seed of the search
   */
  public List<Map<String, String>> trials(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Map<String, String>> trials = new ArrayList<>();
    for (int trial = 0; trial < count; trial++) {
      Map<String, String> point = new LinkedHashMap<>();
      for (Dimension dimension : dimensions) {
        if (trial > 0) {
          point.put(dimension.name(), dimension.at(random.nextDouble()));
        } else if (dimension.hasStart()) {
          point.put(dimension.name(), dimension.startText());
        }
      }
      trials.add(Collections.unmodifiableMap(point));
    }
    return trials;
  }
}
