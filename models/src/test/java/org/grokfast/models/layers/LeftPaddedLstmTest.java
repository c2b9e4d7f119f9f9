package org.grokfast.models.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.models.Floats;
import org.grokfast.models.random.TorchRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Sharing the padding changes neither values nor gradients. */
@Tag("native")
class LeftPaddedLstmTest {
  private static final int TOKENS = 6;
  private static final int INPUTS = 2;
  private static final int[] WIDTHS = {3, 4};

  /** Sums over 40 steps in float32, of numbers of about 1. */
  private static final float FLOAT32 = 2e-5f;

  /** Central differences in float64 with steps of 1e-5, and {@link #FLOAT32}. */
  private static final float GRADIENT = 1e-4f;

  private final InitialValues values = draw();
  private final Map<String, float[]> parameters = byName(values);

  private static InitialValues draw() {
    InitialValues values = new InitialValues(new TorchRandom(3));
    values.embedding("embedding", TOKENS, INPUTS);
    int inputs = INPUTS;
    for (int i = 0; i < WIDTHS.length; i++) {
      values.lstm("lstm/" + i, inputs, WIDTHS[i]);
      inputs = WIDTHS[i];
    }
    values.scale(2);
    return values;
  }

  private static Map<String, float[]> byName(InitialValues values) {
    Map<String, float[]> all = new LinkedHashMap<>();
    all.put("embedding/weight", values.of("embedding/weight"));
    for (int i = 0; i < WIDTHS.length; i++) {
      for (String part : List.of("kernel", "input_bias", "hidden_bias")) {
        String name = "lstm/" + i + "/" + part;
        all.put(name, values.of(name));
      }
    }
    return all;
  }

  /** Of 40 steps: no token, few, a boundary between blocks, all, and zeros amid tokens. */
  private static int[][] sequences(int steps) {
    int[][] tokens = new int[5][steps];
    int[] lengths = {0, 5, 16, steps, 21};
    for (int row = 0; row < tokens.length; row++) {
      for (int i = steps - Math.min(lengths[row], steps); i < steps; i++) {
        tokens[row][i] = 1 + (7 * i + 3 * row) % (TOKENS - 1);
      }
    }
    tokens[4][steps - 1] = 0;
    return tokens;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 40})
  void theStatesAreThoseOfEachSequenceByItself(int steps) {
    int[][] tokens = sequences(steps);
    try (Model model = new Model(tokens)) {
      float[] hidden = model.run().get(0);
      for (int row = 0; row < tokens.length; row++) {
        double[] expected = plain(parameters).lastHidden(tokens[row]);
        for (int unit = 0; unit < expected.length; unit++) {
          assertThat(hidden[row * expected.length + unit])
              .as("row %d unit %d", row, unit)
              .isCloseTo((float) expected[unit], within(FLOAT32));
        }
      }
    }
  }

  @Test
  void theGradientsAreThoseOfEachSequenceByItself() {
    int[][] tokens = sequences(40);
    try (Model model = new Model(tokens)) {
      List<float[]> gradients = model.run();
      int next = 1;
      for (String name : parameters.keySet()) {
        float[] gradient = gradients.get(next++);
        for (int i = 0; i < gradient.length; i++) {
          assertThat(gradient[i])
              .as("%s[%d]", name, i)
              .isCloseTo((float) difference(tokens, name, i), within(GRADIENT));
        }
      }
    }
  }

  /** The order in which TensorFlow adds up gradients may differ from graph to graph. */
  @Test
  void severalGraphsGiveTheSameBits() {
    int[][] tokens = sequences(200);
    List<float[]> first = List.of();
    for (int i = 0; i < 8; i++) {
      try (Model model = new Model(tokens)) {
        List<float[]> run = model.run();
        for (int j = 0; j < first.size(); j++) {
          assertThat(run.get(j)).as("graph %d array %d", i, j).isEqualTo(first.get(j));
        }
        first = run;
      }
    }
  }

  /** The sum of the squares of the states, differentiated by one parameter's element. */
  private double difference(int[][] tokens, String name, int element) {
    double step = 1e-5;
    return (loss(tokens, name, element, step) - loss(tokens, name, element, -step)) / (2 * step);
  }

  private double loss(int[][] tokens, String name, int element, double change) {
    PlainLstm moved = plain(parameters, name, element, change);
    return Arrays.stream(tokens)
        .flatMapToDouble(row -> Arrays.stream(moved.lastHidden(row)))
        .map(value -> value * value)
        .sum();
  }

  private static PlainLstm plain(Map<String, float[]> parameters) {
    return plain(parameters, "", 0, 0);
  }

  private static PlainLstm plain(
      Map<String, float[]> parameters, String name, int element, double change) {
    Map<String, double[]> values = new LinkedHashMap<>();
    parameters.forEach(
        (key, array) -> {
          double[] wide = new double[array.length];
          Arrays.setAll(wide, i -> array[i]);
          values.put(key, wide);
        });
    if (!name.isEmpty()) {
      values.get(name)[element] += change;
    }
    return new PlainLstm(values, INPUTS, WIDTHS[0], WIDTHS[1]);
  }

  /** The graph with the last states and the gradients of the sum of their squares. */
  private final class Model implements AutoCloseable {
    private final Graph graph = new Graph();
    private final Session session;
    private final List<Output<?>> fetched = new ArrayList<>();

    Model(int[][] tokens) {
      Ops tf = Ops.create(graph);
      Parameters all = Parameters.of(tf, values);
      Operand<TFloat32> embedding =
          all.scope("embedding").drawn("weight", Shape.of(TOKENS, INPUTS));
      Parameters stack = all.scope("lstm");
      List<Lstm> layers = new ArrayList<>();
      int inputs = INPUTS;
      for (int i = 0; i < WIDTHS.length; i++) {
        layers.add(Lstm.of(stack.scope(Integer.toString(i)), inputs, WIDTHS[i]));
        inputs = WIDTHS[i];
      }
      int steps = tokens[0].length;
      Operand<TInt32> input =
          tf.constant(
              Shape.of(tokens.length, steps),
              DataBuffers.of(Arrays.stream(tokens).flatMapToInt(Arrays::stream).toArray()));
      Operand<TFloat32> hidden = new LeftPaddedLstm(tf, embedding, layers).lastHidden(input, steps);
      Operand<TFloat32> loss = tf.sum(tf.math.square(hidden), tf.constant(new int[] {0, 1}));
      Output<?>[] of =
          parameters.keySet().stream()
              .map(name -> graph.outputOrThrow(name + "_read:0"))
              .toArray(Output[]::new);
      fetched.add(hidden.asOutput());
      fetched.addAll(List.of(graph.addGradients(loss.asOutput(), of)));
      session = new Session(graph);
      session.initialize();
    }

    List<float[]> run() {
      return Floats.fetch(session, fetched);
    }

    @Override
    public void close() {
      session.close();
      graph.close();
    }
  }
}
