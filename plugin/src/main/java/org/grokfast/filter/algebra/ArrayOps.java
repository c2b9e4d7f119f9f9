package org.grokfast.filter.algebra;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * The algebra on plain arrays: every operation in double and then rounded once to the computation
 * format, which is exactly what an arithmetic unit of that format computes.
 */
public final class ArrayOps implements FilterOps<Double, double[]> {
  private final Precision computation;
  private final Precision storage;
  private final int[] shape;
  private final int elements;
  private final Clock clock;

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
    this.elements = elements(shape);
    this.clock = clock;
  }

  /** The number of elements of a shape. */
  public static int elements(int[] shape) {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
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
  public double[] scale(Double factor, double[] x) {
    double rounded = computation.round(factor);
    return map(x, v -> rounded * v);
  }

  @Override
  public double[] amplify(Double gain, double[] x) {
    double rounded = computation.round(gain);
    return map(x, v -> rounded == 0 ? 0 : rounded * v);
  }

  @Override
  public double[] plus(double[] a, double[] b) {
    double[] out = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      out[i] = computation.round(a[i] + b[i]);
    }
    return out;
  }

  @Override
  public double[] minus(double[] a, double[] b) {
    double[] out = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      out[i] = computation.round(a[i] - b[i]);
    }
    return out;
  }

  @Override
  public double[] where(Double condition, double[] a, double[] b) {
    return condition != 0 ? a : b;
  }

  @Override
  public double[] whereFinite(double[] probe, double[] a, double[] b) {
    double[] out = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      out[i] = Double.isFinite(probe[i]) ? a[i] : b[i];
    }
    return out;
  }

  @Override
  public double[] stored(double[] x) {
    return storage == computation ? x : map(x, storage::round);
  }

  @Override
  public double[] normalized(double[] x, double floor) {
    double norm = computation.round(Math.sqrt(Arrays.stream(x).map(v -> v * v).sum()));
    double divisor = computation.round(norm + computation.round(floor));
    return map(x, v -> v / divisor);
  }

  @Override
  public double[] gram(double[] x) {
    int side = Math.min(shape[0], shape[1]);
    int length = elements / side;
    // From one element of the longer side to the next, and from one of the shorter.
    int along = shape[0] > shape[1] ? side : 1;
    int across = shape[0] > shape[1] ? 1 : length;
    double[] out = new double[side * side];
    for (int i = 0; i < side; i++) {
      for (int j = 0; j < side; j++) {
        double sum = 0;
        for (int k = 0; k < length; k++) {
          sum += x[i * across + k * along] * x[j * across + k * along];
        }
        out[i * side + j] = computation.round(sum);
      }
    }
    return out;
  }

  @Override
  public double[] product(double[] square, double[] x) {
    int side = Math.min(shape[0], shape[1]);
    boolean fromRight = shape[0] > shape[1];
    return fromRight && x.length == elements ? product(x, square, side) : product(square, x, side);
  }

  /** The product of matrices of which the left one has so many columns. */
  private double[] product(double[] left, double[] right, int inner) {
    int rows = left.length / inner;
    int columns = right.length / inner;
    double[] out = new double[rows * columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        double sum = 0;
        for (int k = 0; k < inner; k++) {
          sum += left[i * inner + k] * right[k * columns + j];
        }
        out[i * columns + j] = computation.round(sum);
      }
    }
    return out;
  }

  @Override
  public double[] slot(double[] ring, Double index) {
    int from = (int) (index * elements);
    return Arrays.copyOfRange(ring, from, from + elements);
  }

  @Override
  public double[] put(double[] ring, Double index, double[] value) {
    System.arraycopy(value, 0, ring, (int) (index * elements), elements);
    return ring;
  }

  private double[] map(double[] x, DoubleUnaryOperator f) {
    double[] out = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      out[i] = computation.round(f.applyAsDouble(x[i]));
    }
    return out;
  }
}
