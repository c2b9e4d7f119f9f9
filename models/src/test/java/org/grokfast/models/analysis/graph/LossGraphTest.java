package org.grokfast.models.analysis.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.grokfast.models.algorithmic.AlgorithmicTask;
import org.grokfast.models.algorithmic.BinaryOperation;
import org.grokfast.models.algorithmic.DecoderShape;
import org.grokfast.models.algorithmic.ModularArithmetic;
import org.grokfast.models.analysis.spectrum.Lanczos;
import org.grokfast.models.analysis.spectrum.SpectralDensity;
import org.grokfast.models.analysis.spectrum.SymmetricOperator;
import org.grokfast.models.parity.ParityShape;
import org.grokfast.models.parity.ParityTask;
import org.grokfast.models.task.Batch;
import org.grokfast.models.task.Split;
import org.grokfast.models.task.Task;
import org.grokfast.models.task.TaskGraph;
import org.grokfast.models.task.TaskModel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

@Tag("native")
class LossGraphTest {
  private static final int SIZE = 120;

  /** loss = mean over the batch of scale·Σ a·x²/2 with a from −1 to 7. */
  private static final class Quadratic implements TaskModel {
    private static float[] curvatures() {
      float[] a = new float[SIZE];
      for (int i = 0; i < SIZE; i++) {
        a[i] = -1 + 8f * i / (SIZE - 1);
      }
      return a;
    }

    @Override
    public String name() {
      return "quadratic";
    }

    @Override
    public String title() {
      return "Quadratic";
    }

    @Override
    public SortedMap<String, String> settings() {
      return new TreeMap<>();
    }

    @Override
    public TaskGraph build(Ops tf) {
      Placeholder<TFloat32> scale =
          tf.withName("scale")
              .placeholder(TFloat32.class, Placeholder.shape(Shape.of(Shape.UNKNOWN_SIZE)));
      Operand<TFloat32> low = part(tf.withSubScope("low"), 0, SIZE / 2);
      Operand<TFloat32> high = part(tf.withSubScope("high"), SIZE / 2, SIZE);
      Operand<TFloat32> sum = tf.math.add(low, high);
      Operand<TFloat32> loss = tf.math.mean(tf.math.mul(scale, sum), tf.constant(0));
      return new TaskGraph(loss, loss, Optional.empty(), scale, SIZE);
    }

    private static Operand<TFloat32> part(Ops tf, int from, int to) {
      Variable<TFloat32> x = tf.withName("x").variable(Shape.of(to - from), TFloat32.class);
      float[] ones = new float[to - from];
      Arrays.fill(ones, 1);
      tf.withInitScope().withName("x_initialize").assign(x, tf.constant(ones));
      Operand<TFloat32> read = tf.identity(x);
      Operand<TFloat32> a = tf.constant(Arrays.copyOfRange(curvatures(), from, to));
      return tf.math.mul(
          tf.sum(tf.math.mul(a, tf.math.mul(read, read)), tf.constant(0)), tf.constant(0.5f));
    }
  }

  private static Batch scales(float... values) {
    return new Batch(Map.of("scale", (Tensor) TFloat32.vectorOf(values)), values.length);
  }

  @Test
  void theHessianOfAQuadraticHasItsEigenvaluesAndDensity() {
    try (LossGraph loss = LossGraph.build(new Quadratic(), 1);
        Batch first = scales(1, 2, 3);
        Batch second = scales(6)) {
      loss.initialize();
      // The mean scale is 12/4, though the mean of the batches' means would be 4.
      SymmetricOperator hessian = loss.hessian(List.of(first, second));
      assertThat(loss.exactProducts()).isTrue();
      Lanczos.Extremes extremes = Lanczos.extremes(hessian, 100, 1e-7, 1);
      assertThat(extremes.most()).isCloseTo(21, within(1e-4 * 21));
      assertThat(extremes.least()).isCloseTo(-3, within(1e-4 * 21));
      SpectralDensity density = SpectralDensity.of(hessian, 2, 60, 1);
      assertThat(density.moment(1)).isCloseTo(9, within(1e-4));
      Lanczos.Extremes low =
          Lanczos.extremes(
              loss.block(loss.layout().layers().get("low"), List.of(first)), 60, 1e-7, 1);
      assertThat(low.most()).isCloseTo(2 * Quadratic.curvatures()[SIZE / 2 - 1], within(1e-4));
      assertThat(low.mostVector()).hasSize(SIZE / 2);
    }
  }

  @Test
  void settingTheParametersChangesTheLossAndTheGradient() {
    try (LossGraph loss = LossGraph.build(new Quadratic(), 1);
        Batch batch = scales(2)) {
      double[] theta = new double[SIZE];
      theta[SIZE - 1] = 3;
      loss.initialize();
      loss.set(theta);
      assertThat(loss.parameters()).containsExactly(theta);
      assertThat(loss.loss(List.of(batch))).isCloseTo(2 * 7 * 9 / 2.0, within(1e-4));
      assertThat(loss.gradient(List.of(batch))[SIZE - 1]).isCloseTo(42, within(1e-4));
    }
  }

  /** The exact products against differences of gradients, which need no second gradients. */
  @Test
  void theProductsOfTheTasksAgreeWithDifferencesOfGradients() {
    Task decoder =
        new AlgorithmicTask(
            new ModularArithmetic(BinaryOperation.ADD, 11),
            0.5,
            3,
            new DecoderShape(13, 5, 16, 2, 2));
    agree(decoder, Math.cbrt(0x1p-24), 1e-3);
    // A step so short that no hidden unit changes its side.
    agree(new ParityTask(new ParityShape(8, 2, 64, 16, 24), 1), 0x1p-14, 1e-2);
  }

  private static void agree(Task task, double share, double tolerance) {
    try (LossGraph loss = LossGraph.build(task, 1);
        Batch batch = task.batch(Split.TRAINING, IntStream.range(0, 48).toArray())) {
      loss.initialize();
      double[] theta = loss.parameters();
      List<Batch> batches = List.of(batch);
      SymmetricOperator hessian = loss.hessian(batches);
      assertThat(loss.exactProducts()).as(task.name()).isTrue();
      Random random = new Random(1);
      double[] u = random.doubles(hessian.size(), -1, 1).toArray();
      double[] v = random.doubles(hessian.size(), -1, 1).toArray();
      double[] exact = hessian.apply(u);
      double[] differences = CentralDifference.product(loss, u, batches, share);
      assertThat(distance(exact, differences) / distance(exact, new double[exact.length]))
          .as(task.name())
          .isLessThan(tolerance);
      double scale = Math.sqrt(dot(exact, exact) * dot(v, v));
      assertThat(dot(exact, v)).isCloseTo(dot(u, hessian.apply(v)), within(1e-5 * scale));
      assertThat(loss.parameters()).as("restored").containsExactly(theta);
    }
  }

  private static double dot(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
  }

  private static double distance(double[] a, double[] b) {
    return Math.sqrt(
        IntStream.range(0, a.length).mapToDouble(i -> (a[i] - b[i]) * (a[i] - b[i])).sum());
  }
}
