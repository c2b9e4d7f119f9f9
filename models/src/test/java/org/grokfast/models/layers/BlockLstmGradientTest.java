package org.grokfast.models.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.grokfast.models.Floats;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.StatelessWhile;
import org.tensorflow.op.nn.BlockLSTM;
import org.tensorflow.types.TFloat32;

/** The gradient by a loop is that of TensorFlow's own kernel. */
@Tag("native")
class BlockLstmGradientTest {
  /** Sums of at most 60 products of numbers of about 1 in float32, in another order. */
  private static final float FLOAT32 = 1e-5f;

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 1, 1", "7, 7, 3, 2, 4", "12, 5, 2, 5, 3", "6, 0, 2, 2, 2"})
  void theLoopGivesWhatTheKernelGives(int all, int steps, int batch, int inputs, int width) {
    Sizes sizes = new Sizes(all, steps, batch, inputs, width);
    List<float[]> kernel;
    try (Case oracle = new Case(sizes, false, false)) {
      assertThat(oracle.loops()).isFalse();
      kernel = oracle.run();
    }
    try (Case loop = new Case(sizes, true, false)) {
      assertThat(loop.loops()).isTrue();
      List<float[]> gradients = loop.run();
      for (int i = 0; i < kernel.size(); i++) {
        assertThat(gradients.get(i)).as("gradient %d", i).hasSameSizeAs(kernel.get(i));
        for (int j = 0; j < kernel.get(i).length; j++) {
          assertThat(gradients.get(i)[j])
              .as("gradient %d[%d]", i, j)
              .isCloseTo(kernel.get(i)[j], within(FLOAT32));
        }
      }
    }
  }

  @Test
  void peepholesAreLeftToTheKernel() {
    try (Case peepholes = new Case(new Sizes(4, 4, 2, 2, 3), true, true)) {
      assertThat(peepholes.loops()).isFalse();
      assertThat(peepholes.run()).allSatisfy(gradient -> assertThat(gradient).isNotEmpty());
    }
  }

  /**
   * What is run.
   *
   * @param all the steps of the input
   * @param steps of these, how many are computed
   */
  private record Sizes(int all, int steps, int batch, int inputs, int width) {}

  /** A graph that fetches the gradients by everything that has one. */
  private static final class Case implements AutoCloseable {
    private final Random random = new Random(5);
    private final Graph graph = new Graph();
    private final Ops tf = Ops.create(graph);
    private final List<Output<?>> gradients;

    Case(Sizes sizes, boolean prepared, boolean peepholes) {
      try (Graph other = new Graph()) {
        BlockLstmGradient.register(prepared ? graph : other);
      }
      long gates = LstmGates.COUNT * (long) sizes.width();
      Operand<TFloat32> x = any(sizes.all(), sizes.batch(), sizes.inputs());
      Operand<TFloat32> cell = any(sizes.batch(), sizes.width());
      Operand<TFloat32> hidden = any(sizes.batch(), sizes.width());
      Operand<TFloat32> weights = any(sizes.inputs() + sizes.width(), gates);
      Operand<TFloat32> peephole = any(sizes.width());
      Operand<TFloat32> bias = any(gates);
      BlockLSTM<TFloat32> lstm =
          tf.nn.blockLSTM(
              tf.constant((long) sizes.steps()),
              x,
              cell,
              hidden,
              weights,
              peephole,
              peephole,
              peephole,
              bias,
              BlockLSTM.cellClip(0f),
              BlockLSTM.usePeephole(peepholes));
      Operand<TFloat32> loss =
          tf.math.add(
              weighted(lstm.h(), sizes.all(), sizes.batch(), sizes.width()),
              weighted(lstm.cs(), sizes.all(), sizes.batch(), sizes.width()));
      Output<?>[] by = {
        x.asOutput(), cell.asOutput(), hidden.asOutput(), weights.asOutput(), bias.asOutput()
      };
      gradients = List.of(graph.addGradients(loss.asOutput(), by));
    }

    private Operand<TFloat32> any(long... shape) {
      float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
      for (int i = 0; i < values.length; i++) {
        values[i] = 2 * random.nextFloat() - 1;
      }
      return tf.constant(Shape.of(shape), DataBuffers.of(values));
    }

    private Operand<TFloat32> weighted(Operand<TFloat32> states, long... shape) {
      return tf.sum(tf.math.mul(states, any(shape)), tf.constant(new int[] {0, 1, 2}));
    }

    boolean loops() {
      Iterator<GraphOperation> operations = graph.operations();
      boolean found = false;
      while (operations.hasNext()) {
        found |= operations.next().type().equals(StatelessWhile.OP_NAME);
      }
      return found;
    }

    List<float[]> run() {
      try (Session session = new Session(graph)) {
        return Floats.fetch(session, gradients);
      }
    }

    @Override
    public void close() {
      graph.close();
    }
  }
}
