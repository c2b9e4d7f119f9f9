package org.grokfast.models.analysis.information;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatrixEntropyTest {
  private static final double CLOSE = 1e-12;

  @Test
  void featuresAtRightAnglesHaveTheGreatestEntropy() {
    float[][] axes = {{2, 0, 0}, {0, 1, 0}, {0, 0, -5}};
    assertThat(MatrixEntropy.of(GramMatrix.ofCosines(axes))).isCloseTo(Math.log(3), within(CLOSE));
    assertThat(MatrixEntropy.of(GramMatrix.ofCosines(axes), 2))
        .isCloseTo(Math.log(3), within(CLOSE));
  }

  @Test
  void parallelFeaturesHaveNone() {
    float[][] parallel = {{1, 2}, {2, 4}, {0.5f, 1}, {10, 20}};
    assertThat(MatrixEntropy.of(GramMatrix.ofCosines(parallel))).isCloseTo(0, within(1e-9));
  }

  /** The eigenvalues of [[1, c], [c, 1]]/2 are (1 ± c)/2. */
  @Test
  void twoExamplesHaveTheBinaryEntropyOfTheirCosine() {
    GramMatrix gram = GramMatrix.ofCosines(new float[][] {{1, 0}, {3, 4}});
    assertThat(gram.cosine(0, 1)).isCloseTo(0.6, within(CLOSE));
    double expected = -0.8 * Math.log(0.8) - 0.2 * Math.log(0.2);
    assertThat(MatrixEntropy.of(gram)).isCloseTo(expected, within(CLOSE));
    assertThat(MatrixEntropy.of(gram, 2)).isCloseTo(-Math.log(0.68), within(CLOSE));
  }

  /** R/n = UUᵀ/n has the eigenvalues of UᵀU/n, and 0 for the examples beyond the features. */
  @ParameterizedTest
  @CsvSource({"128, 40", "256, 40", "300, 3", "200, 1"})
  void fewFeaturesOfManyExamples(int examples, int length) {
    Random random = new Random(examples);
    float[][] features = new float[examples][length];
    double[][] products = new double[length][length];
    for (float[] example : features) {
      for (int i = 0; i < length; i++) {
        example[i] = random.nextBoolean() ? 1 : -1;
      }
      for (int i = 0; i < length; i++) {
        for (int j = 0; j < length; j++) {
          products[i][j] += example[i] * example[j] / ((double) examples * length);
        }
      }
    }
    double expected = 0;
    for (double share :
        new EigenDecompositionSymmetric(new Array2DRowRealMatrix(products)).getEigenvalues()) {
      expected -= share > 0 ? share * Math.log(share) : 0;
    }
    assertThat(MatrixEntropy.of(GramMatrix.ofCosines(features))).isCloseTo(expected, within(1e-10));
  }

  /** Features that only name a class have the entropy and information of the classes. */
  @Test
  void theInformationOfTwoPartitionsIsShannons() {
    // Classes of 6 examples: aabbcc and xyxyxy are independent; ab|c is a function of aabbcc.
    GramMatrix letters = GramMatrix.ofCosines(classes(0, 0, 1, 1, 2, 2));
    GramMatrix parity = GramMatrix.ofCosines(classes(0, 1, 0, 1, 0, 1));
    GramMatrix coarse = GramMatrix.ofCosines(classes(0, 0, 0, 0, 1, 1));
    assertThat(MatrixEntropy.of(letters)).isCloseTo(Math.log(3), within(CLOSE));
    assertThat(MatrixEntropy.mutual(letters, parity)).isCloseTo(0, within(CLOSE));
    double entropy = -2 / 3.0 * Math.log(2 / 3.0) - 1 / 3.0 * Math.log(1 / 3.0);
    assertThat(MatrixEntropy.mutual(letters, coarse)).isCloseTo(entropy, within(CLOSE));
    assertThat(MatrixEntropy.mutual(letters, letters)).isCloseTo(Math.log(3), within(CLOSE));
  }

  private static float[][] classes(int... names) {
    float[][] features = new float[names.length][3];
    for (int i = 0; i < names.length; i++) {
      features[i][names[i]] = 1;
    }
    return features;
  }

  @Test
  void theShiftIsTheDifferenceOfCleanAndPerturbed() {
    // The clean output tells two classes apart, the perturbed one none.
    InformationShift shift =
        new InputLayer(classes(0, 1, 0, 1), classes(0, 1, 0, 1))
            .shiftOf(classes(0, 1, 0, 1), classes(0, 0, 0, 0));
    assertThat(shift.mutualInformation()).isCloseTo(Math.log(2), within(CLOSE));
    assertThat(shift.perturbedMutualInformation()).isCloseTo(0, within(CLOSE));
    assertThat(shift.mutualInformationDifference()).isCloseTo(Math.log(2), within(CLOSE));
    assertThat(shift.entropyDifference()).isCloseTo(Math.log(2), within(CLOSE));
  }

  /** Three layers over one input: each has what it keeps of the three inputs, by Shannon. */
  @Test
  void everyLayerIsHeldAgainstTheSameInputs() {
    double pair = -2 / 3.0 * Math.log(2 / 3.0) - 1 / 3.0 * Math.log(1 / 3.0);
    InputLayer input = new InputLayer(classes(0, 1, 2), classes(0, 0, 1));
    InformationShift all = input.shiftOf(classes(2, 0, 1), classes(1, 1, 2));
    assertThat(all.mutualInformation()).isCloseTo(Math.log(3), within(CLOSE));
    assertThat(all.perturbedMutualInformation()).isCloseTo(pair, within(CLOSE));
    InformationShift some = input.shiftOf(classes(0, 0, 1), classes(0, 0, 1));
    assertThat(some.entropyDifference()).isCloseTo(0, within(CLOSE));
    assertThat(some.mutualInformation()).isCloseTo(pair, within(CLOSE));
    InformationShift nothing = input.shiftOf(classes(0, 0, 0), classes(0, 1, 2));
    assertThat(nothing.mutualInformation()).isCloseTo(0, within(CLOSE));
    assertThat(nothing.perturbedMutualInformation()).isCloseTo(pair, within(CLOSE));
    assertThat(nothing.entropyDifference()).isCloseTo(Math.log(3), within(CLOSE));
  }

  @Test
  void aFeatureThatIsNoNumberIsNamed() {
    assertThatThrownBy(() -> GramMatrix.ofCosines(new float[][] {{1}, {Float.NaN}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a feature of example 1 is not finite");
  }
}
