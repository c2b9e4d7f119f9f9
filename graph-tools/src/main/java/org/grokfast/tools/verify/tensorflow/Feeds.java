package org.grokfast.tools.verify.tensorflow;

import java.util.LinkedHashMap;
import java.util.Map;
import org.grokfast.tensorflow.proof.Values;
import org.grokfast.tools.verify.InputValues;
import org.grokfast.tools.verify.InputValues.Kind;
import org.grokfast.tools.verify.tensorflow.plan.VerifyPlan;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;

/** The inputs of each step as TensorFlow takes them. */
final class Feeds {
  private final Map<String, InputValues.Input> inputs = new LinkedHashMap<>();
  private final InputValues values;

  Feeds(VerifyPlan plan) {
    for (VerifyPlan.Input input : plan.inputs()) {
      inputs.put(
          input.name(), new InputValues.Input(input.name(), kind(input.dtype()), input.shape()));
    }
    values =
        new InputValues(
            new InputValues.Source(plan.seed(), plan.intRange(), plan.feedsFile()),
            inputs.values());
  }

  /** The value of a placeholder in a step, counted from 0. */
  Tensor tensor(VerifyPlan.Input input, int step) {
    InputValues.Value value = values.of(inputs.get(input.name()), step);
    Shape shape = Shape.of(value.shape().stream().mapToLong(Long::longValue).toArray());
    return Values.tensor(input.dtype(), shape, value.elements());
  }

  private static Kind kind(String dtype) {
    return switch (dtype) {
      case "DT_HALF", "DT_BFLOAT16", "DT_FLOAT", "DT_DOUBLE" -> Kind.REAL;
      case "DT_BOOL" -> Kind.TRUTH;
      case "DT_INT32", "DT_INT64", "DT_UINT8" -> Kind.INTEGER;
      default -> Kind.OTHER;
    };
  }
}
