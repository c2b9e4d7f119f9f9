package org.grokfast.tools.verify.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.grokfast.filter.Ema;
import org.grokfast.onnx.find.FilteredGradient;
import org.grokfast.tools.verify.VerifyOutcome;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a comparison of weights says, whatever runs the models. */
@Tag("native")
class OnnxComparisonTest {
  /** Runs that train other weights each time, or the same ones by both models. */
  private record Trained(double first, double again, double rewritten, AtomicInteger runs)
      implements StepRunner {
    @Override
    public Map<String, double[]> original() {
      return Map.of("w", new double[] {runs.getAndIncrement() == 0 ? first : again});
    }

    @Override
    public Map<String, double[]> rewritten(boolean amplified, Observer observer)
        throws OrtException {
      try (OnnxTensor gradient =
          OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), new float[] {1})) {
        observer.step(0, Map.of("g", gradient, "f", gradient));
      }
      return Map.of("w", new double[] {rewritten});
    }
  }

  /** Gives out filtered gradients; a step whose gradient is not finite is skipped. */
  private record Filtering(List<Double> raw, List<Double> filtered) implements StepRunner {
    @Override
    public Map<String, double[]> original() {
      return Map.of();
    }

    @Override
    public Map<String, double[]> rewritten(boolean amplified, Observer observer)
        throws OrtException {
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      for (int step = 0; step < raw.size(); step++) {
        try (OnnxTensor g =
                OnnxTensor.createTensor(environment, new float[] {raw.get(step).floatValue()});
            OnnxTensor f =
                OnnxTensor.createTensor(
                    environment, new float[] {filtered.get(step).floatValue()});
            OnnxTensor made =
                OnnxTensor.createTensor(
                    environment, new boolean[] {Double.isFinite(raw.get(step))})) {
          observer.step(step, Map.of("g", g, "f", f, "made", made));
        }
      }
      return Map.of();
    }
  }

  private static OnnxPlan plan(Ema filter, String gate, boolean weights) {
    return new OnnxPlan(
        false,
        new OnnxPlan.Run(1, 1e-5, 0, 2, null),
        List.of(),
        List.of(),
        Map.of(),
        List.of(new FilteredGradient("w", filter.describe(), "g", "f", gate)),
        List.of(),
        weights,
        List.of(),
        null);
  }

  private static VerifyOutcome compare(double first, double again, double rewritten)
      throws OrtException {
    StepRunner runner = new Trained(first, again, rewritten, new AtomicInteger());
    return new OnnxComparison(plan(Ema.of(0.9, 0), "", true), runner).run();
  }

  @Test
  void equalWeightsPass() throws OrtException {
    assertThat(compare(1, 1, 1).passed()).isTrue();
  }

  @Test
  void otherWeightsOfAStepThatRepeatsDiffer() throws OrtException {
    VerifyOutcome outcome = compare(1, 1, 2);
    assertThat(outcome.passed()).isFalse();
    assertThat(outcome.notes()).isEmpty();
  }

  @Test
  void otherWeightsOfAStepThatDoesNotRepeatDecideNothing() throws OrtException {
    VerifyOutcome outcome = compare(1, 3, 2);
    assertThat(outcome.passed()).isTrue();
    assertThat(outcome.variables().get(0).weights()).isNull();
    assertThat(outcome.notes()).containsExactly(OnnxComparison.NOT_REPEATED);
  }

  @Test
  void aFilterIsExpectedToSeeTheStepsAloneWhoseUpdatesAreMade() throws OrtException {
    double infinity = Double.POSITIVE_INFINITY;
    // The average is 1, then 1 + (2 - 1) / 2.
    StepRunner runner =
        new Filtering(List.of(infinity, 1.0, infinity, 2.0), List.of(infinity, 2.0, infinity, 3.5));
    Ema filter = Ema.of(0.5, 1);
    assertThat(new OnnxComparison(plan(filter, "made", false), runner).run().passed()).isTrue();
    assertThat(new OnnxComparison(plan(filter, "", false), runner).run().passed()).isFalse();
  }
}
