package org.grokfast.tools.verify.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.tools.verify.InputValues;
import org.grokfast.tools.verify.InputValues.Kind;

/**
 * The inputs of each step as ONNX Runtime takes them. A single number, which is a learning rate or
 * the like, is the same small one in every step.
 */
final class OnnxFeeds {
  private static final double SCALAR = 0.01;
  private static final double WIDTH = 0.5;

  private final OnnxPlan plan;
  private final InputValues values;

  OnnxFeeds(OnnxPlan plan) {
    this.plan = plan;
    OnnxPlan.Run run = plan.run();
    values =
        new InputValues(
            new InputValues.Source(run.seed(), run.intRange(), run.feedsFile()),
            plan.inputs().stream().map(OnnxFeeds::described).toList());
  }

  private static InputValues.Input described(StepInput input) {
    return new InputValues.Input(input.name(), OrtNumbers.kind(input.type()), input.shape());
  }

  /** The inputs of a step, counted from 0, in the model's order; the caller closes them. */
  Map<String, OnnxTensor> of(int step) throws OrtException {
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<StepInput, InputValues.Value> entry : elements(step).entrySet()) {
      StepInput input = entry.getKey();
      InputValues.Value value = entry.getValue();
      tensors.put(input.name(), OrtNumbers.tensor(input.type(), value.shape(), value.elements()));
    }
    return tensors;
  }

  /** The same as numbers. */
  Map<StepInput, InputValues.Value> elements(int step) {
    Map<StepInput, InputValues.Value> all = new LinkedHashMap<>();
    for (StepInput input : plan.inputs()) {
      InputValues.Input described = described(input);
      InputValues.Value value = values.of(described, step);
      boolean single = described.kind() == Kind.REAL && value.elements().length == 1;
      if (single && !values.isGiven(described)) {
        Arrays.fill(value.elements(), SCALAR);
      }
      all.put(input, value);
    }
    return all;
  }

  /** The first value of a parameter; the caller closes it. */
  OnnxTensor first(StepInput parameter) throws OrtException {
    return OrtNumbers.tensor(parameter.type(), parameter.shape(), firstElements(parameter));
  }

  /** The same as numbers. */
  double[] firstElements(StepInput parameter) {
    InputValues.Input described = described(parameter);
    InputValues random =
        new InputValues(
            new InputValues.Source(plan.run().seed(), plan.run().intRange(), null),
            List.of(described));
    double[] elements = random.of(described, -1).elements();
    for (int i = 0; i < elements.length; i++) {
      elements[i] *= WIDTH;
    }
    return elements;
  }
}
