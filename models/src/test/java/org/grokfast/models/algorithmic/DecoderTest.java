package org.grokfast.models.algorithmic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.grokfast.models.Floats;
import org.grokfast.models.random.TorchRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

@Tag("native")
class DecoderTest {
  private static final DecoderShape SMALL = new DecoderShape(7, 5, 8, 2, 2);

  @Test
  void theReferenceShapeHas422784Parameters() {
    try (Graph graph = new Graph()) {
      Decoder decoder =
          new Decoder(Ops.create(graph), DecoderShape.reference(99), new TorchRandom(0));
      assertThat(decoder.parameterCount()).isEqualTo(422_784);
      assertThat(variables(graph)).hasSize(29).contains("layers/0/attention/in_projection/weight");
    }
  }

  @Test
  void initialValuesDependOnTheSeedAndOnTheParameter() {
    String name = "layers/0/mlp/expand/weight";
    assertThat(initial(1, name)).isEqualTo(initial(1, name)).isNotEqualTo(initial(2, name));
    assertThat(initial(1, name)).isNotEqualTo(initial(1, "layers/1/mlp/expand/weight"));
  }

  @Test
  void aLaterTokenDoesNotChangeEarlierPositions() {
    try (Fixture fixture = new Fixture(4)) {
      float[] before = fixture.all(1, 2, 3, 4);
      float[] after = fixture.all(1, 2, 3, 0);
      int three = 3 * SMALL.tokens();
      assertThat(Arrays.copyOf(after, three)).isEqualTo(Arrays.copyOf(before, three));
      assertThat(Arrays.copyOfRange(after, three, after.length))
          .isNotEqualTo(Arrays.copyOfRange(before, three, before.length));
    }
  }

  @Test
  void anEarlierTokenChangesEveryLaterPosition() {
    try (Fixture fixture = new Fixture(4)) {
      float[] before = fixture.all(1, 2, 3, 4);
      float[] after = fixture.all(5, 2, 3, 4);
      for (int position = 0; position < 4; position++) {
        int start = position * SMALL.tokens();
        assertThat(Arrays.copyOfRange(after, start, start + SMALL.tokens()))
            .isNotEqualTo(Arrays.copyOfRange(before, start, start + SMALL.tokens()));
      }
    }
  }

  @Test
  void theLastPositionAloneGivesTheSameLogits() {
    try (Fixture fixture = new Fixture(4)) {
      float[] all = fixture.all(6, 0, 2, 4);
      float[] last = fixture.last(6, 0, 2, 4);
      for (int i = 0; i < SMALL.tokens(); i++) {
        assertThat(last[i]).isCloseTo(all[3 * SMALL.tokens() + i], within(1e-5f));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "token_embeddings/weight, 11",
    "position_embeddings/weight, 9",
    "layers/0/ln_1/weight, 3",
    "layers/0/attention/in_projection/weight, 20",
    "layers/0/mlp/expand/weight, 77",
    "layers/1/attention/in_projection/weight, 5",
    "layers/1/attention/in_projection/bias, 17",
    "layers/1/attention/out_projection/weight, 30",
    "layers/1/ln_2/bias, 2",
    "layers/1/mlp/contract/weight, 40",
    "ln_f/weight, 1",
    "head/weight, 10"
  })
  void gradientsAgreeWithFiniteDifferences(String variable, int index) {
    try (Fixture fixture = new Fixture(4)) {
      double slope = fixture.slope(variable, index);
      assertThat((double) fixture.gradient(variable)[index])
          .isCloseTo(slope, within(1e-3 + 0.02 * Math.abs(slope)));
    }
  }

  @Test
  void rejectsHeadsThatDoNotDivideTheWidth() {
    assertThatThrownBy(() -> new DecoderShape(7, 5, 10, 4, 1))
        .hasMessage("heads must divide width, was heads 4, width 10");
  }

  private static List<String> variables(Graph graph) {
    return graph.toGraphDef().getNodeList().stream()
        .filter(n -> n.getOp().equals("VariableV2"))
        .map(n -> n.getName())
        .toList();
  }

  private static double[] initial(long seed, String variable) {
    try (Graph graph = new Graph()) {
      new Decoder(Ops.create(graph), DecoderShape.reference(99), new TorchRandom(seed));
      try (Session session = new Session(graph);
          Result result = session.runner().fetch(variable).run()) {
        float[] values = Floats.of((TFloat32) result.get(0));
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
      }
    }
  }

  /** A small decoder with a loss that weighs every logit of the last position. */
  private static final class Fixture implements AutoCloseable {
    private final Graph graph = new Graph();
    private final Session session;
    private final Placeholder<TInt32> tokens;
    private final Operand<TFloat32> all;
    private final Operand<TFloat32> last;
    private final Operand<TFloat32> loss;

    Fixture(int length) {
      Ops tf = Ops.create(graph);
      tokens = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1, length)));
      Decoder decoder = new Decoder(tf, SMALL, new TorchRandom(3));
      all = decoder.logits(tokens, length);
      last = decoder.lastLogits(tokens, length);
      Operand<TFloat32> weights = tf.constant(new float[] {1, -2, 3, -4, 5, -6, 7});
      loss = tf.reduceSum(tf.math.mul(tf.nn.softmax(last), weights), tf.array(0, 1));
      session = new Session(graph);
      session.initialize();
    }

    float[] all(int... input) {
      return fetch(all, input);
    }

    float[] last(int... input) {
      return fetch(last, input);
    }

    float[] gradient(String variable) {
      Output<?>[] gradients =
          graph.addGradients(
              loss.asOutput(), new Output<?>[] {graph.operation(variable).output(0)});
      return fetch(gradients[0], 1, 2, 3, 4);
    }

    double slope(String variable, int index) {
      float[] original = fetch(graph.operation(variable).output(0), 1, 2, 3, 4);
      float step = 1e-2f;
      double[] losses = new double[2];
      for (int side = 0; side < 2; side++) {
        float[] moved = original.clone();
        moved[index] += side == 0 ? -step : step;
        assign(variable, moved);
        losses[side] = fetch(loss, 1, 2, 3, 4)[0];
      }
      assign(variable, original);
      return (losses[1] - losses[0]) / (2 * step);
    }

    private void assign(String variable, float[] values) {
      Ops tf = Ops.create(graph);
      Output<TFloat32> target = graph.operation(variable).output(0);
      Op assign =
          tf.assign(target, tf.reshape(tf.constant(values), tf.constant(target.shape().asArray())));
      session.run(assign);
    }

    private float[] fetch(Operand<?> output, int... input) {
      try (TInt32 fed =
              TInt32.tensorOf(Shape.of(1, input.length), DataBuffers.of(input, true, false));
          Result result = session.runner().feed(tokens, fed).fetch(output).run()) {
        return Floats.of((TFloat32) result.get(0));
      }
    }

    @Override
    public void close() {
      session.close();
      graph.close();
    }
  }
}
