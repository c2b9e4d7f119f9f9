package org.grokfast.tests.onnx;

import java.util.stream.Stream;
import org.grokfast.filter.Averaging;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.FirstStep;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.options.NonFinite;
import org.grokfast.filter.options.VariableOverride;
import org.grokfast.tests.EveryFilter;

/** Filters that together have every option, for the network of {@code tests/onnx}. */
final class FilterVariants {
  private FilterVariants() {}

  private static FilterOptions.Builder options() {
    return FilterOptions.builder();
  }

  /** All options but the format of the state. */
  static Stream<GradientFilter> withoutFormats() {
    FilterOptions chosen =
        options()
            .include("w")
            .overrides(VariableOverride.alpha("w0", 0.5), VariableOverride.lamb("w1", 0.25))
            .build();
    FilterOptions others =
        options().exclude("b").overrides(VariableOverride.window("w0", 3)).build();
    Stream<GradientFilter> selections =
        Stream.of(
            Ema.of(0.9, 2)
                .withFirstStep(FirstStep.DEBIAS)
                .withOptions(options().startStep(5).stopStep(30).rampSteps(10).build()),
            Ema.of(0.9, 2)
                .withFirstStep(FirstStep.ZERO)
                .withOptions(options().nonFinite(NonFinite.SKIP).build()),
            Ema.of(0.9, 2).withOptions(chosen),
            MovingAverage.of(7, 0.5)
                .withAveraging(Averaging.SUM)
                .withWarmup(false)
                .withOptions(others),
            MovingAverage.of(7, 3)
                .withWarmup(false)
                .withOptions(options().nonFinite(NonFinite.SKIP).build()));
    return Stream.of(selections, EveryFilter.variants(), EveryFilter.chains())
        .flatMap(filters -> filters);
  }

  /** State in every format. */
  static Stream<GradientFilter> formats() {
    return Stream.of(Precision.values())
        .map(precision -> options().statePrecision(precision).build())
        .flatMap(EveryFilter::with);
  }

  /** All options. */
  static Stream<GradientFilter> all() {
    return Stream.concat(withoutFormats(), formats());
  }

  /**
   * How far weights may be off after fifty steps. float32: fifty steps of roundings, some of them
   * fused by the runtime. Half formats: the runtime computes them in float32 and rounds between
   * nodes only where it has to, so that a gradient may or may not be rounded before it enters the
   * filter.
   */
  static double tolerance(Precision gradient, GradientFilter filter) {
    double elementwise =
        switch (gradient) {
          case FLOAT64 -> 1e-12;
          case FLOAT32 ->
              filter.options().storage(Precision.FLOAT32) == Precision.BFLOAT16 ? 2e-3 : 1e-5;
          case FLOAT16 -> 1e-2;
          case BFLOAT16 -> 8e-2;
        };
    if (filter.type().rounding() > 0) {
      // Orthogonal amplifies the rounding of weak directions by up to 3.4^5 = 485, and what then
      // differs in
      // the weights comes back with the next gradient, over fifty steps.
      return Math.max(elementwise, gradient == Precision.FLOAT64 ? 1e-6 : 5e-3);
    }
    return elementwise;
  }
}
