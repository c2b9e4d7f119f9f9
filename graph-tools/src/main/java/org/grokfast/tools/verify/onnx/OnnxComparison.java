package org.grokfast.tools.verify.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.filter.FilterDescription;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.ArrayFilter;
import org.grokfast.onnx.find.FilteredGradient;
import org.grokfast.tools.verify.Deviation;
import org.grokfast.tools.verify.VerifyOutcome;

/**
 * Compares the gradients of a rewritten model with the oracle's, and its weights with another's.
 */
final class OnnxComparison {
  static final String NOT_REPEATED =
      "weights could not be compared: the original itself trains other weights when it runs again,"
          + " as it draws random numbers that no seed repeats";

  private final OnnxPlan plan;
  private final StepRunner runner;
  private final Map<String, ArrayFilter> filters = new LinkedHashMap<>();
  private final Map<String, Precision> precisions = new LinkedHashMap<>();
  private final Map<String, Deviation> deviations = new LinkedHashMap<>();

  OnnxComparison(OnnxPlan plan, StepRunner runner) {
    this.plan = plan;
    this.runner = runner;
  }

  VerifyOutcome run() throws OrtException {
    boolean compareWeights = plan.comparesWeights();
    Map<String, double[]> expected = compareWeights ? runner.original() : Map.of();
    runner.rewritten(true, this::compareGradients);
    Map<String, double[]> weights =
        compareWeights ? runner.rewritten(false, (step, values) -> {}) : Map.of();
    List<VerifyOutcome.Compared> compared = compared(expected, weights);
    boolean differ = compared.stream().anyMatch(OnnxComparison::weightsDiffer);
    if (differ && !repeats(expected)) {
      return new VerifyOutcome(compared(Map.of(), Map.of()), List.of(NOT_REPEATED), List.of());
    }
    return new VerifyOutcome(compared, List.of(), List.of());
  }

  private static boolean weightsDiffer(VerifyOutcome.Compared variable) {
    return variable.weights() != null && variable.weights() > variable.tolerance();
  }

  /** Whether the original trains the same weights again. */
  private boolean repeats(Map<String, double[]> once) throws OrtException {
    Map<String, double[]> again = runner.original();
    return once.keySet().stream().allMatch(name -> Arrays.equals(once.get(name), again.get(name)));
  }

  private List<VerifyOutcome.Compared> compared(
      Map<String, double[]> expected, Map<String, double[]> weights) {
    List<VerifyOutcome.Compared> compared = new ArrayList<>();
    for (FilteredGradient gradient : plan.gradients()) {
      double[] right = expected.get(gradient.parameter());
      Deviation weight = new Deviation();
      if (right != null) {
        weight.add(plan.run().steps(), weights.get(gradient.parameter()), right, right);
      }
      Deviation deviation = deviations.get(gradient.filtered());
      compared.add(
          new VerifyOutcome.Compared(
              gradient.parameter(),
              gradient.filter(),
              deviation.largest(),
              deviation.step(),
              right == null ? null : weight.largest(),
              right != null && weight.identical(),
              Math.max(
                  plan.run().tolerance(),
                  Deviation.ofRounding(
                      FilterDescription.parse(gradient.filter()),
                      precisions.get(gradient.filtered())))));
    }
    return compared;
  }

  private void compareGradients(int step, Map<String, OnnxTensor> values) throws OrtException {
    for (FilteredGradient gradient : plan.gradients()) {
      double[] raw = OrtNumbers.of(values.get(gradient.raw()));
      OnnxTensor filtered = values.get(gradient.filtered());
      Precision precision =
          precisions.computeIfAbsent(
              gradient.filtered(), name -> precision(filtered.getInfo().type));
      ArrayFilter filter =
          filters.computeIfAbsent(
              gradient.filtered(),
              name ->
                  new ArrayFilter(
                      FilterDescription.parse(gradient.filter()), precision, shape(filtered)));
      // What a step filters whose update is skipped leaves no trace.
      ArrayFilter moving = OrtNumbers.isMade(gradient, values) ? filter : filter.copy();
      OnnxTensor parameter = values.get(OnnxPlanner.variable(gradient));
      double[] expected =
          parameter == null ? moving.step(raw) : moving.step(raw, OrtNumbers.of(parameter));
      deviations
          .computeIfAbsent(gradient.filtered(), name -> new Deviation())
          .add(step, OrtNumbers.of(filtered), expected, raw);
    }
  }

  private static int[] shape(OnnxTensor tensor) {
    return Arrays.stream(tensor.getInfo().getShape()).mapToInt(Math::toIntExact).toArray();
  }

  private static Precision precision(OnnxJavaType type) {
    return switch (type) {
      case FLOAT16 -> Precision.FLOAT16;
      case BFLOAT16 -> Precision.BFLOAT16;
      case DOUBLE -> Precision.FLOAT64;
      default -> Precision.FLOAT32;
    };
  }
}
