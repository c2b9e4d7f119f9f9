package org.grokfast.tensorflow.find.roles;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import org.grokfast.tensorflow.find.flow.InlinedFlow;
import org.grokfast.tensorflow.graph.OpTable;

/** A sum in which a variable itself stands beside what is added to it. */
public final class PlainSum {
  private static final Set<String> SUMS = Set.of("Add", "AddV2", "BiasAdd", "Sub");

  /** What makes no other value of what it takes, be it a branch's or several. */
  private static final Set<String> CHOOSING =
      Set.of(
          "Case",
          "If",
          "Merge",
          "Pack",
          "PartitionedCall",
          "StatefulPartitionedCall",
          "StatelessIf");

  /** Constants are stored in single precision, mostly. */
  private static final double ROUNDING = 1e-5;

  private static final Set<String> PRODUCTS = Set.of("Mul", "RealDiv", "Div");
  private static final Set<String> PASSING = Set.of("Identity", OpTable.ARGUMENT);
  private static final Set<String> MOVING =
      Set.of("Cast", "ExpandDims", "IdentityN", "Reshape", "Squeeze", "Transpose");

  private final InlinedFlow flow;
  private final int variable;

  /**
   * The sums of one variable.
   *
   * @param variable its number
   */
  public PlainSum(InlinedFlow flow, int variable) {
    this.flow = flow;
    this.variable = variable;
  }

  /** Whether an op multiplies or divides. */
  public static boolean isProduct(String op) {
    return PRODUCTS.contains(op);
  }

  /** Whether an op hands on what it takes as it is. */
  public static boolean isHandedOn(String op) {
    return PASSING.contains(op);
  }

  /** Whether an op hands its value on, in another form perhaps. */
  public static boolean isPassing(String op) {
    return PASSING.contains(op) || MOVING.contains(op) || OpTable.handsOn(op);
  }

  /** The effect, or what is added to the variable or subtracted where it says so plainly. */
  public int step(int effect) {
    int[] values = flow.producers(effect);
    if (OpTable.isAssignment(flow.op(effect)) && values.length == 1) {
      int value = through(values[0]);
      int other = otherPart(value);
      return other == value ? effect : other;
    }
    return effect;
  }

  /** The part of a sum whose other part is the variable itself; the sum if it is none such. */
  public int otherPart(int sum) {
    int[] parts = flow.producers(sum);
    if (SUMS.contains(flow.op(sum)) && parts.length == 2) {
      for (int i = 0; i < 2; i++) {
        if (flow.read(through(parts[i])) == variable) {
          return parts[1 - i];
        }
      }
    }
    return sum;
  }

  /**
   * The factors of the variable itself in tensors that are sums of it and of something else: 1 in
   * {@code w − c · g}, none in {@code w − (w − c · g)}. What is neither a sum nor an average of it,
   * nor a product with a constant, has none.
   *
   * @param dependent what the variable flows into
   * @param other whether a tensor is none of the variable, though it is a part
   */
  public Map<Integer, Double> factors(BitSet dependent, IntPredicate other) {
    Map<Integer, Double> factors = new HashMap<>();
    for (int t = dependent.nextSetBit(0); t >= 0; t = dependent.nextSetBit(t + 1)) {
      boolean isRead = flow.read(t) == variable;
      double[] parts =
          Arrays.stream(flow.producers(t)).mapToDouble(p -> factors.getOrDefault(p, 0.0)).toArray();
      double factor = isRead ? 1 : factor(t, parts);
      if (Math.abs(factor) > ROUNDING && (isRead || !other.test(t))) {
        factors.put(t, factor);
      }
    }
    return factors;
  }

  private double factor(int t, double[] parts) {
    if (Arrays.stream(parts).allMatch(part -> part == 0)) {
      return 0;
    }
    String op = flow.op(t);
    if (op.startsWith("Add") || op.equals("BiasAdd")) {
      return Arrays.stream(parts).sum();
    }
    if (op.equals("Sub") && parts.length == 2) {
      return parts[0] - parts[1];
    }
    if (PRODUCTS.contains(op) && parts.length == 2) {
      return op.equals("Mul")
          ? parts[0] * constant(t, 1) + parts[1] * constant(t, 0)
          : constant(t, 1) == 0 ? 0 : parts[0] / constant(t, 1);
    }
    if (op.equals("Neg")) {
      return -parts[0];
    }
    if (op.equals("Mean") || op.endsWith("While")) {
      return parts[0]; // Of a loop, what a turn makes of its own variable comes first.
    }
    if (op.startsWith("Select") && parts.length > 1) {
      double last = parts[parts.length - 1];
      return parts[parts.length - 2] == last ? last : 0;
    }
    boolean isKept = isPassing(op) || CHOOSING.contains(op);
    return isKept && Arrays.stream(parts).allMatch(p -> p == parts[0]) ? parts[0] : 0;
  }

  /** A factor, where it is a constant; 0 where it is none. */
  private double constant(int product, int which) {
    int factor = flow.producers(product)[which];
    return flow.op(through(factor)).equals("Const") ? flow.constant(factor) : 0;
  }

  /** What a tensor is, behind ops that only hand it on. */
  public int through(int t) {
    int at = t;
    while (flow.read(at) < 0 && flow.producers(at).length == 1 && PASSING.contains(flow.op(at))) {
      at = flow.producers(at)[0];
    }
    return at;
  }
}
