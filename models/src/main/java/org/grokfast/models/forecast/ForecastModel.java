package org.grokfast.models.forecast;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * A fitted forecast: what it looks at, the weights, and how good it was on runs that it wasn't
 * fitted to.
 *
 * @param version of this layout
 * @param steps how many steps are looked at
 * @param budget the step by which a run generalises or doesn't
 * @param threshold the validation accuracy that counts as generalising
 * @param calibration the runs that it was fitted to
 * @param features what is looked at, in the order of the weights
 * @param members logistic models: first the one fitted to all runs, then those fitted to samples of
 *     them drawn with replacement
 * @param time when, if at all
 * @param heldOut forecasts of the same runs, each by a model that was fitted to all others, against
 *     what became of them, in groups by probability
 */
public record ForecastModel(
    int version,
    int steps,
    int budget,
    double threshold,
    Calibration calibration,
    List<Scale> features,
    List<Member> members,
    Time time,
    List<Group> heldOut) {
  static final int VERSION = 1;
  private static final String RESOURCE = "forecast.json";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** Keeps its own lists. */
  public ForecastModel {
    features = List.copyOf(features);
    members = List.copyOf(members);
    heldOut = List.copyOf(heldOut);
  }

  /**
   * A feature and its values over the runs of the fit.
   *
   * @param name that of a feature
   * @param mean the mean
   * @param deviation the standard deviation; > 0
   * @param least the least value
   * @param most the greatest
   */
  public record Scale(String name, double mean, double deviation, double least, double most) {
    /** How far beyond the values of the fit a feature may be, as a share of their extent. */
    private static final double MARGIN = 0.1;

    double standardized(double value) {
      return (value - mean) / deviation;
    }

    /** Whether a value is among those of the fit, or nearly. */
    public boolean covers(double value) {
      double margin = MARGIN * (most - least);
      return value >= least - margin && value <= most + margin;
    }
  }

  /**
   * A logistic model of standardised features.
   *
   * @param bias added to the sum
   * @param weights of the features
   */
  public record Member(double bias, List<Double> weights) {
    /** Keeps its own list. */
    public Member {
      weights = List.copyOf(weights);
    }

    double sum(double[] standardized) {
      double sum = bias;
      for (int i = 0; i < standardized.length; i++) {
        sum += weights.get(i) * standardized[i];
      }
      return sum;
    }

    double probability(double[] standardized) {
      return 1 / (1 + Math.exp(-sum(standardized)));
    }
  }

  /**
   * A linear model of the decimal logarithm of the step at which the threshold is reached, fitted
   * to the runs that reach it.
   *
   * @param line the model
   * @param low added to it for a step that nine of ten held-out runs come after
   * @param high added to it for a step that nine of ten held-out runs come before
   */
  public record Time(Member line, double low, double high) {}

  /**
   * Held-out runs with a forecast in a range.
   *
   * @param from the least probability
   * @param to the greatest; excluded, but for 1
   * @param runs how many
   * @param generalised how many of them generalised within the budget
   */
  public record Group(double from, double to, int runs, int generalised) {
    boolean has(double probability) {
      return probability >= from && (probability < to || to >= 1);
    }
  }

  /** The shipped model. */
  public static ForecastModel shipped() {
    try (InputStream in = ForecastModel.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + RESOURCE + " is missing");
      }
      ForecastModel model = JSON.readValue(in, ForecastModel.class);
      if (model.version() != VERSION) {
        throw new IllegalStateException(
            "the forecast has layout " + model.version() + ", expected " + VERSION);
      }
      return model;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the resource " + RESOURCE, e);
    }
  }

  /** This model as it is written into the resource. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The features' values, standardised, in the order of the weights.
   *
   * @param values by name
   */
  double[] standardized(Map<String, Double> values) {
    return features.stream().mapToDouble(f -> f.standardized(values.get(f.name()))).toArray();
  }
}
