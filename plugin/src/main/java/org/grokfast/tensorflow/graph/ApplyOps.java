package org.grokfast.tensorflow.graph;

import java.util.Map;
import java.util.OptionalInt;

/**
 * TensorFlow's training ops and where each takes its gradient. All variants of one optimizer take
 * it at the same input, named {@code grad} or {@code delta} in the op's definition; a test compares
 * this table with the definitions that TensorFlow itself reports.
 */
public final class ApplyOps {
  private static final Map<String, Integer> GRADIENT_INPUT =
      Map.ofEntries(
          Map.entry("AdaMax", 8),
          Map.entry("Adadelta", 6),
          Map.entry("Adagrad", 3),
          Map.entry("AdagradDA", 3),
          Map.entry("AdagradV2", 4),
          Map.entry("Adam", 9),
          Map.entry("AdamWithAmsgrad", 10),
          Map.entry("AddSign", 6),
          Map.entry("CenteredRMSProp", 8),
          Map.entry("Ftrl", 3),
          Map.entry("FtrlV2", 3),
          Map.entry("GradientDescent", 2),
          Map.entry("KerasMomentum", 3),
          Map.entry("Momentum", 3),
          Map.entry("PowerSign", 6),
          Map.entry("ProximalAdagrad", 5),
          Map.entry("ProximalGradientDescent", 4),
          Map.entry("RMSProp", 7));

  private static final String RESOURCE = "Resource";
  private static final String SPARSE = "SparseApply";
  private static final String DENSE = "Apply";

  private ApplyOps() {}

  /** The input at which a dense training op takes its gradient; empty for every other op. */
  public static OptionalInt denseGradientInput(String op) {
    return gradientInput(withoutResource(op), DENSE);
  }

  /** The same for a training op that takes the gradient of some rows and their indices. */
  public static OptionalInt sparseGradientInput(String op) {
    return gradientInput(withoutResource(op), SPARSE);
  }

  /** Whether an op is one of the training ops. */
  public static boolean isKnown(String op) {
    return denseGradientInput(op).isPresent() || sparseGradientInput(op).isPresent();
  }

  private static String withoutResource(String op) {
    return op.startsWith(RESOURCE) ? op.substring(RESOURCE.length()) : op;
  }

  private static OptionalInt gradientInput(String op, String prefix) {
    Integer input =
        op.startsWith(prefix) ? GRADIENT_INPUT.get(op.substring(prefix.length())) : null;
    return input == null ? OptionalInt.empty() : OptionalInt.of(input);
  }
}
