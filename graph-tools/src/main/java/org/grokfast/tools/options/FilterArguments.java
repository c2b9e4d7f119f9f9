package org.grokfast.tools.options;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.grokfast.filter.Averaging;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.FirstStep;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.NonFinite;
import org.grokfast.filter.Orthogonal;
import org.grokfast.filter.SparseGradients;
import org.grokfast.filter.VariableOverride;
import org.grokfast.filter.algebra.Precision;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options that describe a filter, for every verb that takes one. */
public final class FilterArguments {
  @Spec(Target.MIXEE)
  private CommandSpec spec;

  /** The kinds of filter. */
  enum Kind {
    NONE,
    EMA,
    MA,
    ORTHOGONAL
  }

  @Option(
      names = "--filter",
      paramLabel = "KIND",
      description =
          "ema (exponential moving average), ma (moving average), orthogonal (the average's"
              + " orthogonal factor, for matrices alone) or none; default ema.")
  private Kind kind = Kind.EMA;

  @Option(
      names = "--alpha",
      paramLabel = "A",
      description =
          "ema, orthogonal: how much of the old average is kept, in [0, 1); default"
              + " ${bundle:default.alpha:-0.98} for ema, 0.95 for orthogonal.")
  private Double alpha;

  @Option(
      names = "--lamb",
      paramLabel = "L",
      description =
          "How much of the average is added, >= 0; default ${bundle:default.lamb:-2} for ema, 5 for"
              + " ma, 1 for orthogonal.")
  private Double lamb;

  @Option(
      names = "--window",
      paramLabel = "W",
      description = "ma: the number of gradients averaged, in steps, >= 1; default 100.")
  private Integer window;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "ma: amplify the mean or the sum of the window; default mean.")
  private Averaging averaging;

  @Option(
      names = "--no-warmup",
      description =
          "ma: amplify from the first step on, not only once the window is full; default: no.")
  private boolean noWarmup;

  @Option(
      names = "--first-step",
      paramLabel = "START",
      description =
          "ema: start the average at the first gradient (gradient, the default), at zero (zero), or"
              + " at zero with the bias divided out (debias).")
  private FirstStep firstStep;

  @Option(
      names = "--start-step",
      paramLabel = "N",
      description = "The first step, counted from 0, that is amplified; default 0.")
  private long startStep;

  @Option(
      names = "--stop-step",
      paramLabel = "N",
      description = "The first step that no longer is amplified; default: none.")
  private Long stopStep;

  @Option(
      names = "--ramp-steps",
      paramLabel = "N",
      description = "Let lamb grow linearly from 0 over so many steps; default 0.")
  private long rampSteps;

  @Option(
      names = "--include",
      paramLabel = "REGEX",
      description =
          "Filter only variables whose name contains a match; may be repeated; default: all.")
  private List<String> include = List.of();

  @Option(
      names = "--exclude",
      paramLabel = "REGEX",
      description =
          "Leave variables alone whose name contains a match; may be repeated; default: none.")
  private List<String> exclude = List.of();

  @Option(
      names = "--override",
      paramLabel = "REGEX:KEY=VALUE,...",
      description =
          "alpha, lamb or window for the variables whose name contains a match; the first that"
              + " matches wins; may be repeated; default: none.")
  private List<String> overrides = List.of();

  @Option(
      names = "--state-dtype",
      paramLabel = "TYPE",
      description =
          "The type of the state: float16, bfloat16, float32 or float64; default float32, and"
              + " float64 for float64 gradients.")
  private Precision stateType;

  @Option(
      names = "--non-finite",
      paramLabel = "HOW",
      description =
          "NaN and infinite elements enter the state (propagate, the default) or leave it as it was"
              + " (skip).")
  private NonFinite nonFinite = NonFinite.PROPAGATE;

  @Option(
      names = "--sparse",
      paramLabel = "HOW",
      description =
          "Sparse gradients are summed into dense ones, and every row is updated in every step"
              + " (densify, the default), or only the rows that occur are filtered, each with a"
              + " state and a count of its own, which is another algorithm (lazy), or the graph is"
              + " rejected (refuse).")
  private SparseGradients sparse = SparseGradients.DENSIFY;

  @Option(
      names = "--compensate-lr",
      description = "Divide the filtered gradient by 1 + lamb; default: no.")
  private boolean compensateLearningRate;

  @Option(
      names = "--no-tunable",
      description = "Fold alpha and lamb into the graph as constants; default: variables.")
  private boolean constant;

  /** The filter; empty for none. */
  public Optional<GradientFilter> filter() {
    return filter(Ema.defaults());
  }

  /**
   * The filter; empty for none.
   *
   * @param defaults what alpha and lamb of an exponential average are where nothing else is said
   */
  public Optional<GradientFilter> filter(Ema defaults) {
    try {
      return switch (kind) {
        case NONE -> Optional.empty();
        case EMA -> Optional.of(ema(defaults));
        case MA -> Optional.of(movingAverage());
        case ORTHOGONAL -> Optional.of(orthogonal());
      };
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private GradientFilter ema(Ema defaults) {
    refuse("--window", window != null, "ma");
    refuse("--type", averaging != null, "ma");
    refuse("--no-warmup", noWarmup, "ma");
    return new Ema(
        alpha == null ? defaults.alpha() : alpha,
        lamb == null ? defaults.lamb() : lamb,
        firstStep == null ? FirstStep.GRADIENT : firstStep,
        options());
  }

  private GradientFilter movingAverage() {
    refuse("--alpha", alpha != null, "ema");
    refuse("--first-step", firstStep != null, "ema");
    return new MovingAverage(
        window == null ? MovingAverage.DEFAULT_WINDOW : window,
        lamb == null ? MovingAverage.DEFAULT_LAMB : lamb,
        averaging == null ? Averaging.MEAN : averaging,
        !noWarmup,
        options());
  }

  private GradientFilter orthogonal() {
    refuse("--window", window != null, "ma");
    refuse("--type", averaging != null, "ma");
    refuse("--no-warmup", noWarmup, "ma");
    refuse("--first-step", firstStep != null, "ema");
    return new Orthogonal(
        alpha == null ? Orthogonal.DEFAULT_ALPHA : alpha,
        lamb == null ? Orthogonal.DEFAULT_LAMB : lamb,
        options());
  }

  private void refuse(String option, boolean given, String owner) {
    if (given) {
      throw new IllegalArgumentException(
          option
              + " is an option of --filter "
              + owner
              + ", not of --filter "
              + kind.name().toLowerCase(Locale.ROOT));
    }
  }

  private FilterOptions options() {
    FilterOptions.Builder builder =
        FilterOptions.builder()
            .startStep(startStep)
            .rampSteps(rampSteps)
            .include(include.toArray(new String[0]))
            .exclude(exclude.toArray(new String[0]))
            .overrides(
                overrides.stream().map(FilterArguments::override).toArray(VariableOverride[]::new))
            .nonFinite(nonFinite)
            .sparse(sparse)
            .compensateLearningRate(compensateLearningRate)
            .tunable(!constant);
    if (stopStep != null) {
      builder.stopStep(stopStep);
    }
    if (stateType != null) {
      builder.statePrecision(stateType);
    }
    return builder.build();
  }

  /** Reads {@code REGEX:key=value,…}; the last colon ends the expression. */
  public static VariableOverride override(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException(
          "--override must be REGEX:KEY=VALUE,..., was '" + text + "'");
    }
    Optional<Double> alpha = Optional.empty();
    Optional<Double> lamb = Optional.empty();
    Optional<Integer> window = Optional.empty();
    for (String assignment : text.substring(colon + 1).split(",", -1)) {
      int equals = assignment.indexOf('=');
      String key = equals < 0 ? assignment : assignment.substring(0, equals);
      String value = equals < 0 ? "" : assignment.substring(equals + 1);
      try {
        switch (key) {
          case "alpha" -> alpha = Optional.of(Double.valueOf(value));
          case "lamb" -> lamb = Optional.of(Double.valueOf(value));
          case "window" -> window = Optional.of(Integer.valueOf(value));
          default ->
              throw new IllegalArgumentException(
                  "--override '"
                      + text
                      + "' sets '"
                      + key
                      + "'; alpha, lamb and window can be set");
        }
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "--override '" + text + "': " + key + " must be a number, was '" + value + "'", e);
      }
    }
    return new VariableOverride(text.substring(0, colon), alpha, lamb, window);
  }
}
