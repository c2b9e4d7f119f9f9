package org.grokfast.models.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class PairedPermutationTest {
  private static double p(double... ratios) {
    return PairedPermutation.pValue(Arrays.stream(ratios).mapToObj(Bounds::exactly).toList());
  }

  @Test
  void allPairsOnOneSideAreTheTwoExtremesOfAllSwaps() {
    assertThat(p(2, 3, 1.5, 4, 2)).isEqualTo(2.0 / 32);
    assertThat(p(0.5, 0.3, 0.7, 0.9, 0.2)).isEqualTo(2.0 / 32);
    assertThat(p(2, 2, 2, 2, 2, 2)).isEqualTo(2.0 / 64);
  }

  @Test
  void aPairOnTheOtherSideCountsBySize() {
    // Logarithms in units of ln 2: 3, 2 and -1, sum 4. Of the 8 sums, ±6, ±4, ±2 and 0 twice, four
    // are as far from 0.
    assertThat(p(8, 4, 0.5)).isEqualTo(0.5);
    // The pair against is the largest: 1 + 1 - 3 = -1; every sum is odd, hence at least as far.
    assertThat(p(2, 2, 0.125)).isEqualTo(1);
  }

  @Test
  void whereNothingIsCertainNothingIsTold() {
    assertThat(PairedPermutation.pValue(Collections.nCopies(6, Bounds.UNKNOWN))).isEqualTo(1);
    // At least five times: counts as five times, and what may be 1 not at all.
    List<Bounds> bounds =
        List.of(Bounds.above(5), Bounds.above(5), Bounds.above(5), new Bounds(0.5, 3));
    assertThat(PairedPermutation.pValue(bounds)).isEqualTo(4.0 / 16);
  }

  @Test
  void manyPairsAreDrawnAndAgreeWithTheNormalDistribution() {
    // Twenty pairs of ±1, fourteen of them +: p = P(abs(Bin(20, 1/2) - 10) >= 4) = 0.1153.
    double[] ratios = new double[20];
    Arrays.fill(ratios, 2);
    Arrays.fill(ratios, 0, 6, 0.5);
    assertThat(p(ratios)).isCloseTo(0.1153, within(0.004));
    assertThat(p(ratios)).isEqualTo(p(ratios));
  }
}
