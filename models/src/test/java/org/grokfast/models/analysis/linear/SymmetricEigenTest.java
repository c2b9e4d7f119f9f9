package org.grokfast.models.analysis.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.RealMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SymmetricEigenTest {
  /** BBᵀ has at most as many eigenvalues above 0 as B has columns, and their sum is its trace. */
  @ParameterizedTest
  @CsvSource({"128, 40", "256, 40", "200, 1"})
  void fewEigenvaluesAboveZero(int rows, int columns) {
    Random random = new Random(rows);
    double[][] numbers = new double[rows][columns];
    for (double[] row : numbers) {
      Arrays.setAll(row, i -> random.nextBoolean() ? 1 : -1);
    }
    RealMatrix b = new Array2DRowRealMatrix(numbers);
    RealMatrix matrix = b.multiplyTransposed(b);
    SymmetricEigen eigen = SymmetricEigen.of(matrix);
    double[] values = eigen.values();
    double trace = (double) rows * columns;
    double close = 1e-13 * trace;
    assertThat(Arrays.stream(values).sum()).isCloseTo(trace, within(rows * close));
    assertThat(Arrays.stream(values).filter(value -> value > close))
        .hasSizeLessThanOrEqualTo(columns);
    for (int i = 0; i < rows; i += 17) {
      double[] image = matrix.operate(eigen.vector(i));
      for (int j = 0; j < rows; j++) {
        assertThat(image[j]).isCloseTo(values[i] * eigen.vector(i)[j], within(close));
      }
    }
  }

  @Test
  void aMatrixOfZerosHasNoOther() {
    double[] values = SymmetricEigen.of(new Array2DRowRealMatrix(new double[3][3])).values();
    assertThat(values).containsExactly(0, 0, 0);
  }
}
