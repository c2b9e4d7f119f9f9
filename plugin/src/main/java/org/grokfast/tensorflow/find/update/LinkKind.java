package org.grokfast.tensorflow.find.update;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import org.grokfast.tensorflow.find.flow.InlinedFlow;
import org.grokfast.tensorflow.find.roles.Choices;
import org.grokfast.tensorflow.graph.OpTable;

/**
 * What lies between two tensors of which the first alone brings data to the second: does the second
 * depend on it as a gradient does on the one before it in a backward pass, linearly, or is it
 * clipped; or is it what only an optimizer computes?
 *
 * <pre>
 *   linear      reshape(g), sum(g), c · g, g + g, g + c
 *   clipped     min(max(g, −c), c),  c · g / max(‖g‖, c),  g · min(1, c / ‖g‖),
 *               g · min(1, ‖w‖ / ‖g‖)
 *   arithmetic  sign(g), g > 0, g / ‖g‖, g · ‖w‖ / ‖g‖, g + c · w, clip(w − c · g), g²,
 *               where(|g| > c, g, 0)
 * </pre>
 */
enum LinkKind {
  /** Linear. */
  LINEAR,
  /** Linear up to a bound. */
  CLIPPED,
  /** A factor that is bounded above: it clips what it is multiplied with. */
  ABOVE,
  /** A factor that is bounded below: it clips what is divided by it. */
  BELOW,
  /** A factor that is bounded on both sides. */
  BOUNDED,
  /** Anything else. */
  ARITHMETIC;

  /** Bounds below are there against divisions by zero. */
  private static final double LEAST_BOUND = 1e-4;

  private static final Set<String> PRODUCTS =
      Set.of(
          "Mul",
          "MulNoNan",
          "MatMul",
          "BatchMatMul",
          "BatchMatMulV2",
          "BatchMatMulV3",
          "Einsum",
          "Cross",
          "TensorDot");
  private static final Set<String> QUOTIENTS = Set.of("RealDiv", "Div", "DivNoNan", "TruncateDiv");
  private static final Set<String> BOUNDS = Set.of("Maximum", "Minimum", "ClipByValue");

  /** Functions of one number that are not linear, comparisons, and norms. */
  private static final Set<String> NOT_LINEAR =
      Set.of(
          "Abs",
          "Acos",
          "ApproximateEqual",
          "Asin",
          "Atan",
          "Atan2",
          "Ceil",
          "Cholesky",
          "Cos",
          "Cosh",
          "Elu",
          "Equal",
          "Erf",
          "EuclideanNorm",
          "Exp",
          "Expm1",
          "Floor",
          "FloorDiv",
          "FloorMod",
          "Greater",
          "GreaterEqual",
          "Inv",
          "L2Loss",
          "Less",
          "LessEqual",
          "Log",
          "Log1p",
          "MatrixInverse",
          "MatrixSquareRoot",
          "Max",
          "Min",
          "NotEqual",
          "Pow",
          "Prod",
          "Qr",
          "Reciprocal",
          "Relu",
          "Relu6",
          "Rint",
          "Round",
          "Rsqrt",
          "SelfAdjointEigV2",
          "Selu",
          "Sigmoid",
          "Sign",
          "Sin",
          "Sinh",
          "Softmax",
          "Softplus",
          "Softsign",
          "Sqrt",
          "Square",
          "SquaredDifference",
          "Svd",
          "Tan",
          "Tanh",
          "TopKV2");

  /** What falls where its argument rises. */
  private static final Set<String> RECIPROCALS = Set.of("Inv", "Reciprocal", "Rsqrt");

  /** Whether only an optimizer computes so. */
  boolean isArithmetic() {
    return this == ARITHMETIC || isBound();
  }

  private boolean isBound() {
    return this == ABOVE || this == BELOW || this == BOUNDED;
  }

  /** Whether a product with it is clipped. */
  private boolean clips() {
    return this == ABOVE || this == BOUNDED;
  }

  private LinkKind reciprocal() {
    return this == ABOVE ? BELOW : this == BELOW ? ABOVE : this;
  }

  /**
   * What lies between two tensors.
   *
   * @param between the tensors between them and the last one, in order
   * @param enters whether the variable that is updated enters at a tensor, as it does in no
   *     backward pass
   */
  static LinkKind of(InlinedFlow flow, int first, int last, BitSet between, IntPredicate enters) {
    BitSet one = new BitSet();
    one.set(first);
    return of(flow, one, last, between, enters);
  }

  /** The same where the first is computed more than once. */
  static LinkKind of(
      InlinedFlow flow, BitSet firsts, int last, BitSet between, IntPredicate enters) {
    Map<Integer, LinkKind> kinds = new HashMap<>();
    firsts.stream().forEach(first -> kinds.put(first, LINEAR));
    for (int t = between.nextSetBit(0); t >= 0; t = between.nextSetBit(t + 1)) {
      if (!isNothing(flow, t)) {
        kinds.put(t, enters.test(t) ? ARITHMETIC : kind(flow, t, kinds));
      }
    }
    return kinds.getOrDefault(last, ARITHMETIC);
  }

  /** Whether a tensor is the difference of another and itself, there to spread NaN. */
  private static boolean isNothing(InlinedFlow flow, int t) {
    int[] parts = flow.producers(t);
    return flow.op(t).equals("Sub") && parts.length == 2 && parts[0] == parts[1];
  }

  private static LinkKind kind(InlinedFlow flow, int t, Map<Integer, LinkKind> kinds) {
    String op = flow.op(t);
    int[] producers = flow.producers(t);
    int dependent = 0;
    LinkKind worst = LINEAR;
    LinkKind best = ARITHMETIC;
    for (int from : producers) {
      LinkKind kind = kinds.get(from);
      if (kind == null) {
        continue;
      }
      dependent++;
      worst = kind.compareTo(worst) > 0 ? kind : worst;
      best = kind.compareTo(best) < 0 ? kind : best;
    }
    if (NOT_LINEAR.contains(op)) {
      LinkKind bound = RECIPROCALS.contains(op) ? worst.reciprocal() : worst;
      return worst.isBound() ? bound : ARITHMETIC;
    }
    if (BOUNDS.contains(op)) {
      return bounded(flow, t, kinds, worst);
    }
    if (PRODUCTS.contains(op) && dependent > 1) {
      return best.compareTo(CLIPPED) <= 0 && worst.clips() ? CLIPPED : ARITHMETIC;
    }
    if (QUOTIENTS.contains(op)) {
      return quotient(kinds.get(producers[0]), kinds.get(producers[producers.length - 1]));
    }
    if (Choices.chooses(op)) {
      return dependent > 1 && worst != LINEAR
          ? (best.compareTo(CLIPPED) <= 0 ? CLIPPED : worst)
          : chosen(flow, t, kinds, dependent > 1, worst);
    }
    if ((dependent > 1 && worst.isArithmetic())
        || (OpTable.isSteered(op) && Choices.goesBy(flow, t, kinds::containsKey))) {
      return ARITHMETIC;
    }
    return worst;
  }

  /** What is chosen between two linear tensors, or between a tensor and something else. */
  private static LinkKind chosen(
      InlinedFlow flow, int t, Map<Integer, LinkKind> kinds, boolean both, LinkKind worst) {
    if (worst.isBound() || !Choices.goesBy(flow, t, kinds::containsKey)) {
      return worst;
    }
    if (both || Choices.isAgainstZero(flow, t, kinds::containsKey)) {
      return ARITHMETIC;
    }
    return worst == ARITHMETIC ? BOUNDED : CLIPPED;
  }

  private static LinkKind quotient(LinkKind above, LinkKind below) {
    if (below == null) {
      return above == null ? LINEAR : above;
    }
    if (above == null) {
      return below.isBound() ? below.reciprocal() : ARITHMETIC;
    }
    if (below != BELOW && below != BOUNDED) {
      return ARITHMETIC;
    }
    return above.isBound() || above == ARITHMETIC ? above : CLIPPED;
  }

  private static LinkKind bounded(
      InlinedFlow flow, int t, Map<Integer, LinkKind> kinds, LinkKind worst) {
    boolean bounds = false;
    for (int from : flow.producers(t)) {
      bounds |= !kinds.containsKey(from) && Math.abs(flow.constant(from)) >= LEAST_BOUND;
    }
    if (!bounds) {
      return worst.isBound() ? worst : ARITHMETIC;
    }
    if (!worst.isArithmetic()) {
      return CLIPPED;
    }
    LinkKind bound =
        switch (flow.op(t)) {
          case "Maximum" -> BELOW;
          case "Minimum" -> ABOVE;
          default -> BOUNDED;
        };
    return worst.isBound() && worst != bound ? BOUNDED : bound;
  }
}
