package org.grokfast.filter.algebra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;

/** Every operation on arrays against closed forms. */
class ArrayOpsTest {
  private static final ArrayOps.Clock CLOCK = new ArrayOps.Clock(3, 2);

  private static ArrayOps ops(Precision precision, int... shape) {
    return new ArrayOps(precision, precision, shape, CLOCK);
  }

  private static ArrayTensor tensor(int[] shape, double... values) {
    return ArrayTensor.of(values, shape);
  }

  private static int[] shape(int... dimensions) {
    return dimensions;
  }

  private static double unary(UnaryOp op, double x) {
    return ops(Precision.FLOAT64).unary(op, tensor(shape(), x)).values()[0];
  }

  private static double binary(BinaryOp op, double a, double b) {
    ArrayOps ops = ops(Precision.FLOAT64);
    return ops.binary(op, tensor(shape(), a), tensor(shape(), b)).values()[0];
  }

  @Example
  void functionsOfOneElement() {
    assertThat(unary(UnaryOp.ABS, -2.5)).isEqualTo(2.5);
    assertThat(unary(UnaryOp.NEGATE, -2.5)).isEqualTo(2.5);
    assertThat(unary(UnaryOp.SIGN, -2.5)).isEqualTo(-1);
    assertThat(unary(UnaryOp.SIGN, 0)).isZero();
    assertThat(unary(UnaryOp.SIGN, 1e-300)).isEqualTo(1);
    assertThat(unary(UnaryOp.SQUARE, -3)).isEqualTo(9);
    assertThat(unary(UnaryOp.SQRT, 6.25)).isEqualTo(2.5);
    assertThat(unary(UnaryOp.RECIPROCAL, -4)).isEqualTo(-0.25);
    assertThat(unary(UnaryOp.EXP, 1)).isCloseTo(Math.E, within(1e-15));
    assertThat(unary(UnaryOp.LOG, Math.E)).isCloseTo(1, within(1e-15));
    assertThat(unary(UnaryOp.TANH, Math.log(3))).isCloseTo(0.8, within(1e-15));
  }

  @Example
  void functionsOfTwoElements() {
    assertThat(binary(BinaryOp.ADD, 2, 0.5)).isEqualTo(2.5);
    assertThat(binary(BinaryOp.SUBTRACT, 2, 0.5)).isEqualTo(1.5);
    assertThat(binary(BinaryOp.MULTIPLY, 2, 0.5)).isEqualTo(1);
    assertThat(binary(BinaryOp.DIVIDE, 2, 0.5)).isEqualTo(4);
    assertThat(binary(BinaryOp.DIVIDE, -2, 0)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(binary(BinaryOp.DIVIDE_OR_ZERO, 2, 0.5)).isEqualTo(4);
    assertThat(binary(BinaryOp.DIVIDE_OR_ZERO, 2, 0)).isZero();
    assertThat(binary(BinaryOp.DIVIDE_OR_ZERO, Double.NaN, 0)).isZero();
    assertThat(binary(BinaryOp.MAXIMUM, 2, 0.5)).isEqualTo(2);
    assertThat(binary(BinaryOp.MINIMUM, 2, 0.5)).isEqualTo(0.5);
    assertThat(binary(BinaryOp.POWER, 16, 0.75)).isEqualTo(8);
  }

  @Property(tries = 200)
  void everyOperationIsRoundedOnceToTheFormat(
      @ForAll @DoubleRange(min = 0.1, max = 8) double x,
      @ForAll @DoubleRange(min = 0.1, max = 8) double y) {
    for (Precision precision : Precision.values()) {
      ArrayOps ops = ops(precision);
      double a = precision.round(x);
      double b = precision.round(y);
      for (UnaryOp op : UnaryOp.values()) {
        assertThat(ops.unary(op, tensor(shape(), a)).values()[0])
            .as("%s in %s", op, precision)
            .isEqualTo(precision.round(unary(op, a)));
      }
      for (BinaryOp op : BinaryOp.values()) {
        assertThat(ops.binary(op, tensor(shape(), a), tensor(shape(), b)).values()[0])
            .as("%s in %s", op, precision)
            .isEqualTo(precision.round(binary(op, a, b)));
      }
    }
  }

  @Example
  void dimensionsOfSizeOneAndMissingOnesAreRepeated() {
    ArrayOps ops = ops(Precision.FLOAT64, 2, 3);
    ArrayTensor matrix = tensor(shape(2, 3), 1, 2, 3, 4, 5, 6);
    ArrayTensor row = tensor(shape(1, 3), 10, 20, 30);
    ArrayTensor column = tensor(shape(2, 1), 100, 200);
    assertThat(ops.plus(matrix, row).values()).containsExactly(11, 22, 33, 14, 25, 36);
    assertThat(ops.minus(column, matrix).values()).containsExactly(99, 98, 97, 196, 195, 194);
    assertThat(ops.plus(row, column).values()).containsExactly(110, 120, 130, 210, 220, 230);
    assertThat(ops.times(matrix, ops.broadcast(2.0)).values()).containsExactly(2, 4, 6, 8, 10, 12);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ops.plus(matrix, tensor(shape(2), 1, 2)))
        .withMessage("the shapes [2, 3] and [2] don't fit");
  }

  @Example
  void sumsOverAllAndOverSomeDimensions() {
    ArrayOps ops = ops(Precision.FLOAT64, 2, 3);
    ArrayTensor matrix = tensor(shape(2, 3), 1, 2, 3, 4, 5, 6);
    assertThat(ops.sum(matrix).values()).containsExactly(21);
    assertThat(ops.sum(matrix).shape()).isEmpty();
    assertThat(ops.sum(matrix, List.of(0)).values()).containsExactly(5, 7, 9);
    assertThat(ops.sum(matrix, List.of(0)).shape()).containsExactly(1, 3);
    assertThat(ops.sum(matrix, List.of(1)).values()).containsExactly(6, 15);
    assertThat(ops.sum(matrix, List.of(1)).shape()).containsExactly(2, 1);
    assertThat(ops.sum(matrix, List.of(0, 1)).shape()).containsExactly(1, 1);
    assertThat(ops.dot(matrix, matrix).values()).containsExactly(91);
    assertThat(ops.norm(tensor(shape(2, 3), 2, 4, 4, 0, 0, 0)).values()).containsExactly(6);
    assertThat(ops.normalized(tensor(shape(2, 3), 2, 4, 4, 0, 0, 0), 2).values())
        .containsExactly(0.25, 0.5, 0.5, 0, 0, 0);
    assertThatIllegalArgumentException()
        .as("TensorFlow is told the dimensions by number")
        .isThrownBy(() -> ops.sum(ops.sum(matrix)))
        .withMessage("a tensor of shape [] has not as many dimensions as the variable's [2, 3]");
  }

  @Example
  void productsOfMatricesEachWayOfTransposing() {
    ArrayOps ops = ops(Precision.FLOAT64, 2, 3);
    ArrayTensor a = tensor(shape(2, 3), 1, 2, 3, 4, 5, 6);
    ArrayTensor b = tensor(shape(3, 2), 1, 0, -1, 2, 0.5, 1);
    double[] product = {0.5, 7, 2, 16};
    assertThat(ops.matmul(a, b, false, false).values()).containsExactly(product);
    ArrayTensor transposedA = tensor(shape(3, 2), 1, 4, 2, 5, 3, 6);
    ArrayTensor transposedB = tensor(shape(2, 3), 1, -1, 0.5, 0, 2, 1);
    assertThat(ops.matmul(transposedA, b, true, false).values()).containsExactly(product);
    assertThat(ops.matmul(a, transposedB, false, true).values()).containsExactly(product);
    assertThat(ops.matmul(transposedA, transposedB, true, true).values()).containsExactly(product);
    assertThat(ops.matmul(a, b, false, false).shape()).containsExactly(2, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ops.matmul(a, a, false, false))
        .withMessage("the shapes [2, 3] and [2, 3] have no product");
  }

  @Example
  void theSmallerGramMatrixAndItsProduct() {
    ArrayTensor wide = tensor(shape(1, 2), 3, 4);
    assertThat(ops(Precision.FLOAT64, 1, 2).gram(wide).values()).containsExactly(25);
    assertThat(ops(Precision.FLOAT64, 1, 2).product(tensor(shape(1, 1), 2), wide).values())
        .containsExactly(6, 8);
    ArrayTensor tall = tensor(shape(2, 1), 3, 4);
    assertThat(ops(Precision.FLOAT64, 2, 1).gram(tall).values()).containsExactly(25);
    assertThat(ops(Precision.FLOAT64, 2, 1).product(tensor(shape(1, 1), 2), tall).values())
        .containsExactly(6, 8);
  }

  @Example
  void theVariableIsReadInTheComputationFormatAndOnlyWhereItWasGiven() {
    ArrayOps ops = ops(Precision.FLOAT32, 2);
    assertThatThrownBy(ops::variable)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the filter reads the variable, whose value was not given");
    assertThat(ops.reading(new double[] {0.1, 1}).variable().values()).containsExactly(0.1f, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ops.reading(new double[3]))
        .withMessage("expected 2 elements for the shape [2], were 3");
  }

  @Example
  void factorsConditionsAndStorage() {
    ArrayOps ops =
        new ArrayOps(Precision.FLOAT32, Precision.BFLOAT16, shape(3), new ArrayOps.Clock(3, 2));
    ArrayTensor x = tensor(shape(3), 1, Double.NaN, -2);
    ArrayTensor y = tensor(shape(3), 4, 5, 6);
    assertThat(ops.stepNumber()).isEqualTo(3);
    assertThat(ops.age()).isEqualTo(2);
    assertThat(ops.scale(0.5, y).values()).containsExactly(2, 2.5, 3);
    assertThat(ops.amplify(0.0, x).values()).containsExactly(0, 0, 0);
    assertThat(ops.where(1.0, x, y)).isSameAs(x);
    assertThat(ops.where(0.0, x, y)).isSameAs(y);
    assertThat(ops.whereFinite(x, x, y).values()).containsExactly(1, 5, -2);
    assertThat(ops.stored(tensor(shape(3), 1.001, 2, 3)).values()).containsExactly(1, 2, 3);
    ArrayTensor ring = ArrayTensor.zeros(2, 3);
    assertThat(ops.slot(ops.put(ring, 1.0, y), 1.0).values()).containsExactly(4, 5, 6);
    assertThat(ops.slot(ring, 0.0).values()).containsExactly(0, 0, 0);
  }
}
