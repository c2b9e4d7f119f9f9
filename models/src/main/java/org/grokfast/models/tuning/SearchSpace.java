package org.grokfast.models.tuning;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.Parameter;
import org.grokfast.models.comparison.ArmOptions;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.models.tuning.Dimension.Kind;

/**
 * What is varied around an arm: learning rate, weight decay and every number of its filter, over
 * the ranges that the filter's type names.
 *
 * @param dimensions the options
 */
public record SearchSpace(List<Dimension> dimensions) {
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
   * The space around an arm.
   *
   * @param settings the arm's settings
   * @param speedUp the wanted speed-up N, ≥ 1: the search starts at the paper's rule of thumb,
   *     alpha^N = 0.1 and a window of N
   * @throws IllegalArgumentException if it is smaller
   */
  public static SearchSpace around(TrainingOptions settings, double speedUp) {
    if (!(speedUp >= 1)) {
      throw new IllegalArgumentException("speed-up must be >= 1, was " + Math.round(speedUp));
    }
    List<Dimension> dimensions = new ArrayList<>();
    double rate = settings.adam().learningRate();
    dimensions.add(new Dimension("lr", Kind.REAL, rate, rate / AROUND, rate * AROUND));
    double decay = settings.adam().weightDecay();
    dimensions.add(
        decay > 0
            ? new Dimension("weight-decay", Kind.REAL, decay, decay / AROUND, decay * AROUND)
            : new Dimension("weight-decay", Kind.REAL, 0, LEAST_DECAY, MOST_DECAY));
    settings.filter().ifPresent(filter -> addFilter(dimensions, filter, speedUp));
    return new SearchSpace(dimensions);
  }

  /** All numbers of a filter. */
  private static void addFilter(List<Dimension> dimensions, GradientFilter filter, double speedUp) {
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
      String key, Parameter.Search search, double value, double speedUp) {
    return switch (search.scale()) {
      case FACTOR -> new Dimension(key, Kind.REAL, value, search.low(), search.high());
      case STEPS -> new Dimension(key, Kind.WHOLE, speedUp, search.low(), search.high());
      case DECAY ->
          new Dimension(
              key,
              Kind.ALPHA,
              Dimension.alphaOf(speedUp),
              Dimension.alphaOf(search.low()),
              Dimension.alphaOf(search.high()));
    };
  }

  /**
   * This space with another range of one option.
   *
   * @throws IllegalArgumentException if the option isn't varied, or the range is empty
   */
  public SearchSpace within(String key, double low, double high) {
    List<String> keys = dimensions.stream().map(Dimension::key).toList();
    if (!keys.contains(key)) {
      throw new IllegalArgumentException(
          "'" + key + "' is not varied; these are: " + String.join(", ", keys));
    }
    return new SearchSpace(
        dimensions.stream().map(d -> d.key().equals(key) ? d.within(low, high) : d).toList());
  }

  /**
   * Points of this space: first the start, then random ones. A larger number of them begins with
   * the same ones.
   *
   * @param count how many; ≥ 1
   * @param seed the seed of the search
   */
  public List<ArmOptions> trials(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<ArmOptions> trials = new ArrayList<>();
    for (int trial = 0; trial < count; trial++) {
      ArmOptions options = ArmOptions.NONE;
      for (Dimension dimension : dimensions) {
        String value = trial == 0 ? dimension.startText() : dimension.at(random.nextDouble());
        options = options.with(dimension.key(), List.of(value));
      }
      trials.add(options);
    }
    return trials;
  }
}
