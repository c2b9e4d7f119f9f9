package org.grokfast.filter.algebra;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * The algebra on plain arrays: every operation in double and then rounded once to the computation
 * format, which is exactly what an arithmetic unit of that format computes.
 */
public final class ArrayOps implements FilterOps<Double, ArrayTensor> {
  private final Precision computation;
  private final Precision storage;
  private final int[] shape;
  private final Clock clock;
  private ArrayTensor variable;

  /**
   * The numbers of a step.
   *
   * @param step of training, 1 in the first
   * @param age of what is filtered, 1 in the first step that it takes part in
   */
  public record Clock(double step, double age) {}

  /**
   * The algebra for one step of one variable.
   *
   * @param computation the format in which is computed
   * @param storage the format in which state is stored
   * @param shape the variable's shape
   * @param clock the numbers of the step
   */
  public ArrayOps(Precision computation, Precision storage, int[] shape, Clock clock) {
    this.computation = computation;
    this.storage = storage;
    this.shape = shape;
    this.clock = clock;
  }

  /**
   * Makes the variable known.
   *
   * @param value its elements before this step's update
   * @throws IllegalArgumentException if they are not as many as the shape has
   */
  public ArrayOps reading(double[] value) {
    variable = rounded(ArrayTensor.of(value, shape), v -> v);
    return this;
  }

  @Override
  public Double constant(double value) {
    return value;
  }

  @Override
  public Double parameter(String name, double value) {
    return value;
  }

  @Override
  public Double stepNumber() {
    return clock.step();
  }

  @Override
  public Double age() {
    return clock.age();
  }

  @Override
  public Double scalar(ScalarOp op, Double a, Double b) {
    return switch (op) {
      case ADD -> a + b;
      case SUBTRACT -> a - b;
      case MULTIPLY -> a * b;
      case DIVIDE -> a / b;
      case POWER -> Math.pow(a, b);
      case MINIMUM -> Math.min(a, b);
      case MODULO -> a % b;
      case LESS -> a < b ? 1.0 : 0.0;
    };
  }

  @Override
  public Double select(Double condition, Double a, Double b) {
    return condition != 0 ? a : b;
  }

  @Override
  public List<Long> shape() {
    return Arrays.stream(shape).asLongStream().boxed().toList();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if its value was not given
   */
  @Override
  public ArrayTensor variable() {
    if (variable == null) {
      throw new IllegalStateException("the filter reads the variable, whose value was not given");
    }
    return variable;
  }

  @Override
  public ArrayTensor broadcast(Double scalar) {
    return ArrayTensor.of(new double[] {computation.round(scalar)});
  }

  @Override
  public ArrayTensor scale(Double factor, ArrayTensor x) {
    double rounded = computation.round(factor);
    return rounded(x, v -> rounded * v);
  }

  @Override
  public ArrayTensor amplify(Double gain, ArrayTensor x) {
    double rounded = computation.round(gain);
    return rounded(x, v -> rounded == 0 ? 0 : rounded * v);
  }

  @Override
  public ArrayTensor unary(UnaryOp op, ArrayTensor x) {
    return switch (op) {
      case ABS -> x.map(Math::abs);
      case NEGATE -> x.map(v -> -v);
      case SIGN -> x.map(Math::signum);
      case SQUARE -> rounded(x, v -> v * v);
      case SQRT -> rounded(x, Math::sqrt);
      case RECIPROCAL -> rounded(x, v -> 1 / v);
      case EXP -> rounded(x, Math::exp);
      case LOG -> rounded(x, Math::log);
      case TANH -> rounded(x, Math::tanh);
    };
  }

  @Override
  public ArrayTensor binary(BinaryOp op, ArrayTensor a, ArrayTensor b) {
    return switch (op) {
      case ADD -> a.with(b, (v, w) -> computation.round(v + w));
      case SUBTRACT -> a.with(b, (v, w) -> computation.round(v - w));
      case MULTIPLY -> a.with(b, (v, w) -> computation.round(v * w));
      case DIVIDE -> a.with(b, (v, w) -> computation.round(v / w));
      case DIVIDE_OR_ZERO -> a.with(b, (v, w) -> w == 0 ? 0 : computation.round(v / w));
      case MAXIMUM -> a.with(b, Math::max);
      case MINIMUM -> a.with(b, Math::min);
      case POWER -> a.with(b, (v, w) -> computation.round(Math.pow(v, w)));
    };
  }

  @Override
  public ArrayTensor matmul(ArrayTensor a, ArrayTensor b, boolean transposeA, boolean transposeB) {
    requireRank(a);
    requireRank(b);
    return rounded(a.matmul(b, transposeA, transposeB), v -> v);
  }

  @Override
  public ArrayTensor sum(ArrayTensor x) {
    requireRank(x);
    return broadcast(Arrays.stream(x.values()).sum());
  }

  @Override
  public ArrayTensor sum(ArrayTensor x, List<Integer> axes) {
    requireRank(x);
    boolean[] along = new boolean[x.rank()];
    axes.forEach(axis -> along[axis] = true);
    return rounded(x.sum(along), v -> v);
  }

  /** The norm as one kernel computes it, the sum of squares not rounded. */
  @Override
  public ArrayTensor norm(ArrayTensor x) {
    requireRank(x);
    return broadcast(Math.sqrt(Arrays.stream(x.values()).map(v -> v * v).sum()));
  }

  /** Graph formats are told the dimensions to sum over by their numbers. */
  private void requireRank(ArrayTensor x) {
    if (x.rank() != shape.length) {
      throw new IllegalArgumentException(
          "a tensor of shape "
              + Arrays.toString(x.shape())
              + " has not as many dimensions as the variable's "
              + Arrays.toString(shape));
    }
  }

  @Override
  public ArrayTensor where(Double condition, ArrayTensor a, ArrayTensor b) {
    return condition != 0 ? a : b;
  }

  @Override
  public ArrayTensor whereFinite(ArrayTensor probe, ArrayTensor a, ArrayTensor b) {
    double[] out = new double[probe.values().length];
    for (int i = 0; i < out.length; i++) {
      out[i] = Double.isFinite(probe.values()[i]) ? a.values()[i] : b.values()[i];
    }
    return ArrayTensor.of(out, shape);
  }

  @Override
  public ArrayTensor stored(ArrayTensor x) {
    return storage == computation ? x : x.map(storage::round);
  }

  @Override
  public ArrayTensor slot(ArrayTensor ring, Double index) {
    int elements = ArrayTensor.elements(shape);
    int from = (int) (index * elements);
    return ArrayTensor.of(Arrays.copyOfRange(ring.values(), from, from + elements), shape);
  }

  @Override
  public ArrayTensor put(ArrayTensor ring, Double index, ArrayTensor value) {
    int elements = ArrayTensor.elements(shape);
    System.arraycopy(value.values(), 0, ring.values(), (int) (index * elements), elements);
    return ring;
  }

  private ArrayTensor rounded(ArrayTensor x, DoubleUnaryOperator f) {
    return x.map(v -> computation.round(f.applyAsDouble(v)));
  }
}
