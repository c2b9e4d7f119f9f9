package org.grokfast.filter.algebra;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** A tensor as an array of its elements, the last index moving fastest. */
public final class ArrayTensor {
  private final int[] shape;
  private final double[] values;

  private ArrayTensor(int[] shape, double[] values) {
    this.shape = shape;
    this.values = values;
  }

  /**
   * A tensor that shares its elements with an array.
   *
   * @throws IllegalArgumentException if there are not as many elements as the shape has
   */
  public static ArrayTensor of(double[] values, int... shape) {
    if (values.length != elements(shape)) {
      throw new IllegalArgumentException(
          "expected "
              + elements(shape)
              + " elements for the shape "
              + Arrays.toString(shape)
              + ", were "
              + values.length);
    }
    return new ArrayTensor(shape.clone(), values);
  }

  /** Zeros. */
  public static ArrayTensor zeros(int... shape) {
    return of(new double[elements(shape)], shape);
  }

  /** The number of elements of a shape. */
  public static int elements(int... shape) {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  /** The dimensions. */
  public int[] shape() {
    return shape.clone();
  }

  /** The number of dimensions. */
  public int rank() {
    return shape.length;
  }

  /** The size of a dimension. */
  int size(int axis) {
    return shape[axis];
  }

  /** The elements, shared with this tensor. */
  public double[] values() {
    return values;
  }

  /** A function of every element. */
  ArrayTensor map(DoubleUnaryOperator f) {
    double[] out = new double[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = f.applyAsDouble(values[i]);
    }
    return new ArrayTensor(shape, out);
  }

  /**
   * A function of the elements of two tensors. Dimensions of size 1 and missing leading ones are
   * repeated.
   *
   * @throws IllegalArgumentException if the shapes don't fit
   */
  ArrayTensor with(ArrayTensor other, DoubleBinaryOperator f) {
    if (Arrays.equals(shape, other.shape)) {
      double[] out = new double[values.length];
      for (int i = 0; i < out.length; i++) {
        out[i] = f.applyAsDouble(values[i], other.values[i]);
      }
      return new ArrayTensor(shape, out);
    }
    int[] common = broadcast(shape, other.shape);
    ArrayTensor out = zeros(common);
    for (int i = 0; i < out.values.length; i++) {
      out.values[i] = f.applyAsDouble(values[at(i, common)], other.values[other.at(i, common)]);
    }
    return out;
  }

  private static int[] broadcast(int[] a, int[] b) {
    int[] common = new int[Math.max(a.length, b.length)];
    for (int i = 1; i <= common.length; i++) {
      int left = i <= a.length ? a[a.length - i] : 1;
      int right = i <= b.length ? b[b.length - i] : 1;
      if (left != right && left != 1 && right != 1) {
        throw new IllegalArgumentException(
            "the shapes " + Arrays.toString(a) + " and " + Arrays.toString(b) + " don't fit");
      }
      common[common.length - i] = left == 1 ? right : left;
    }
    return common;
  }

  /** Where the element stands that is repeated at a position of a larger shape. */
  private int at(int position, int[] common) {
    int rest = position;
    int at = 0;
    int stride = 1;
    for (int i = 1; i <= shape.length; i++) {
      int size = common[common.length - i];
      int own = shape[shape.length - i];
      at += (own == 1 ? 0 : rest % size) * stride;
      stride *= own;
      rest /= size;
    }
    return at;
  }

  /** The sums along some dimensions, which keep the size 1; not rounded. */
  ArrayTensor sum(boolean[] along) {
    int[] reduced = shape.clone();
    for (int axis = 0; axis < reduced.length; axis++) {
      reduced[axis] = along[axis] ? 1 : reduced[axis];
    }
    ArrayTensor out = zeros(reduced);
    for (int i = 0; i < values.length; i++) {
      out.values[out.at(i, shape)] += values[i];
    }
    return out;
  }

  /** The product of two matrices, each perhaps transposed; not rounded. */
  ArrayTensor matmul(ArrayTensor other, boolean transposed, boolean otherTransposed) {
    int rows = shape[transposed ? 1 : 0];
    int inner = shape[transposed ? 0 : 1];
    int columns = other.shape[otherTransposed ? 0 : 1];
    if (other.shape[otherTransposed ? 1 : 0] != inner) {
      throw new IllegalArgumentException(
          "the shapes "
              + Arrays.toString(shape)
              + " and "
              + Arrays.toString(other.shape)
              + " have no product");
    }
    // From one element of a row to the next, and from one row to the next.
    int along = transposed ? shape[1] : 1;
    int across = transposed ? 1 : shape[1];
    int down = otherTransposed ? 1 : other.shape[1];
    int next = otherTransposed ? other.shape[1] : 1;
    ArrayTensor out = zeros(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        double sum = 0;
        for (int k = 0; k < inner; k++) {
          sum += values[i * across + k * along] * other.values[k * down + j * next];
        }
        out.values[i * columns + j] = sum;
      }
    }
    return out;
  }
}
