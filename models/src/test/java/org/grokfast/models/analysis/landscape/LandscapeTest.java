package org.grokfast.models.analysis.landscape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.grokfast.models.analysis.landscape.FilterNormalized.Block;
import org.junit.jupiter.api.Test;

class LandscapeTest {

  @Test
  void everyFilterOfADirectionIsAsLongAsTheNetworks() {
    // A matrix of 3 inputs and 2 outputs by row, then a bias of 2.
    double[] theta = {1, 10, 2, 20, 2, 20, 3, 4};
    double[] d =
        FilterNormalized.direction(
            theta, List.of(new Block(0, List.of(3, 2)), new Block(6, List.of(2))), 1);
    assertThat(Math.sqrt(d[0] * d[0] + d[2] * d[2] + d[4] * d[4])).isCloseTo(3, within(1e-12));
    assertThat(Math.sqrt(d[1] * d[1] + d[3] * d[3] + d[5] * d[5])).isCloseTo(30, within(1e-12));
    assertThat(Math.hypot(d[6], d[7])).isCloseTo(5, within(1e-12));
  }

  @Test
  void aFilterOfZerosIsNotMoved() {
    double[] theta = {0, 1, 0, 1};
    double[] d = FilterNormalized.direction(theta, List.of(new Block(0, List.of(2, 2))), 1);
    assertThat(d[0]).isZero();
    assertThat(d[2]).isZero();
    assertThat(Math.hypot(d[1], d[3])).isCloseTo(Math.sqrt(2), within(1e-12));
  }

  /** loss = 2x² + y² at (1, 1) + s(1, 0) + t(0, 1). */
  @Test
  void aSliceOfAQuadraticIsItsPolynomial() {
    double[] xs = Slice.grid(-1, 1, 5);
    double[][] plane =
        Slice.plane(
            p -> 2 * p[0] * p[0] + p[1] * p[1],
            new double[] {1, 1},
            new double[] {1, 0},
            new double[] {0, 1},
            xs,
            new double[] {0, 2});
    for (int i = 0; i < xs.length; i++) {
      double x = 1 + xs[i];
      assertThat(plane[0][i]).isCloseTo(2 * x * x + 1, within(1e-12));
      assertThat(plane[1][i]).isCloseTo(2 * x * x + 9, within(1e-12));
    }
  }

  @Test
  void pointsOfAPlaneAreHeldByItInWhole() {
    List<double[]> points = new ArrayList<>();
    for (int t = 0; t < 6; t++) {
      points.add(new double[] {5, 3 * t, 0.5 * t * t, -3 * t});
    }
    TrajectoryPlane plane = TrajectoryPlane.of(points);
    assertThat(plane.explainedVariance()).isCloseTo(1, within(1e-12));
    assertThat(plane.warning()).isEmpty();
    for (int t = 0; t < 6; t++) {
      for (int i = 0; i < 4; i++) {
        double back =
            plane.mean()[i]
                + plane.places()[t][0] * plane.first()[i]
                + plane.places()[t][1] * plane.second()[i];
        assertThat(back).isCloseTo(points.get(t)[i], within(1e-9));
      }
    }
  }

  /** The points ±3, ±2, ±1 on three axes have the variances 9, 4 and 1 of 14. */
  @Test
  void theExplainedVarianceIsThatByHand() {
    List<double[]> points = new ArrayList<>();
    for (int axis = 0; axis < 3; axis++) {
      double[] point = new double[3];
      point[axis] = 3 - axis;
      points.add(point);
      double[] opposite = new double[3];
      opposite[axis] = axis - 3;
      points.add(opposite);
    }
    TrajectoryPlane plane = TrajectoryPlane.of(points);
    assertThat(plane.explained()[0]).isCloseTo(9 / 14.0, within(1e-12));
    assertThat(plane.explained()[1]).isCloseTo(4 / 14.0, within(1e-12));
  }

  @Test
  void aRandomWalkIsWarnedOf() {
    Random random = new Random(2);
    List<double[]> points = new ArrayList<>();
    double[] at = new double[3000];
    for (int t = 0; t < 60; t++) {
      for (int i = 0; i < at.length; i++) {
        at[i] += random.nextGaussian();
      }
      points.add(at.clone());
    }
    TrajectoryPlane plane = TrajectoryPlane.of(points);
    // 6/π²·(1 + 1/4) in many dimensions.
    assertThat(plane.explainedVariance()).isCloseTo(0.76, within(0.03));
    assertThat(plane.warning().orElseThrow()).contains("even a random walk has 76 %");
  }

  @Test
  void threeCheckpointsAreWarnedOfThoughTheirPlaneHoldsAll() {
    TrajectoryPlane plane =
        TrajectoryPlane.of(
            List.of(new double[] {1, 0, 0}, new double[] {0, 2, 0}, new double[] {0, 0, 3}));
    assertThat(plane.explainedVariance()).isCloseTo(1, within(1e-12));
    assertThat(plane.warning().orElseThrow()).startsWith("three checkpoints always lie in a plane");
  }

  @Test
  void twoCheckpointsMakeNoPlane() {
    assertThatThrownBy(() -> TrajectoryPlane.of(List.of(new double[] {1}, new double[] {2})))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the plane of a trajectory needs at least 3 checkpoints, there are 2");
  }
}
