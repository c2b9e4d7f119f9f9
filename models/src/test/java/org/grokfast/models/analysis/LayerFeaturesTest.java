package org.grokfast.models.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.grokfast.models.algorithmic.AlgorithmicTask;
import org.grokfast.models.algorithmic.BinaryOperation;
import org.grokfast.models.algorithmic.DecoderShape;
import org.grokfast.models.algorithmic.ModularArithmetic;
import org.grokfast.models.analysis.graph.LossGraph;
import org.grokfast.models.analysis.graph.ParameterLayout.Parameter;
import org.grokfast.models.imdb.ImdbTask;
import org.grokfast.models.imdb.NetworkShape;
import org.grokfast.models.imdb.ReviewSelection;
import org.grokfast.models.mnist.MnistTask;
import org.grokfast.models.parity.ParityShape;
import org.grokfast.models.parity.ParityTask;
import org.grokfast.models.qm9.Qm9Task;
import org.grokfast.models.task.Batch;
import org.grokfast.models.task.InputPerturbation;
import org.grokfast.models.task.Split;
import org.grokfast.models.task.Task;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.Output;
import org.tensorflow.types.TFloat32;

/**
 * A layer's features are those that the next one reads: the next one is computed from them here.
 */
@Tag("native")
class LayerFeaturesTest {
  private static final int EXAMPLES = 12;

  private static final class Layers implements AutoCloseable {
    private final LossGraph graph;
    private final Batch batch;
    private final Map<String, Integer> places = new LinkedHashMap<>();
    private final List<float[][]> features;

    Layers(Task task) {
      graph = LossGraph.build(task, 1);
      batch = task.batch(Split.TRAINING, IntStream.range(0, EXAMPLES).toArray());
      graph.initialize();
      List<Output<TFloat32>> tensors = new ArrayList<>();
      graph
          .outputs()
          .layers()
          .forEach(
              (name, features) -> {
                places.put(name, places.size());
                tensors.add(features.asOutput());
              });
      features = graph.rows(tensors, batch, Map.of());
    }

    float[][] of(String layer) {
      return features.get(places.get(layer));
    }

    private double[][] parameter(String name) {
      Parameter found =
          graph.layout().parameters().stream()
              .filter(p -> p.name().equals(name))
              .findFirst()
              .orElseThrow();
      return found.matrix(graph.parameters());
    }

    /** x·W + b, for every position of an example. */
    double[][] linear(String below, String layer, boolean biased) {
      double[][] w = parameter(layer + "/weight");
      double[] b = biased ? parameter(layer + "/bias")[0] : new double[w[0].length];
      float[][] x = of(below);
      int positions = x[0].length / w.length;
      double[][] y = new double[x.length][positions * b.length];
      for (int i = 0; i < x.length; i++) {
        for (int k = 0; k < y[i].length; k++) {
          int start = k / b.length * w.length;
          y[i][k] = b[k % b.length];
          for (int j = 0; j < w.length; j++) {
            y[i][k] += x[i][start + j] * w[j][k % b.length];
          }
        }
      }
      return y;
    }

    void agree(String layer, double[][] expected, boolean rectified) {
      float[][] found = of(layer);
      assertThat(found).as(layer).hasNumberOfRows(EXAMPLES);
      for (int i = 0; i < found.length; i++) {
        assertThat(found[i]).as(layer).hasSize(expected[i].length);
        for (int k = 0; k < found[i].length; k++) {
          double y = rectified ? Math.max(0, expected[i][k]) : expected[i][k];
          assertThat((double) found[i][k]).as(layer).isCloseTo(y, within(1e-4 * (1 + Math.abs(y))));
        }
      }
    }

    @Override
    public void close() {
      batch.close();
      graph.close();
    }
  }

  @Test
  void thoseOfTheDecoder() {
    Task task =
        new AlgorithmicTask(
            new ModularArithmetic(BinaryOperation.ADD, 11),
            0.5,
            3,
            new DecoderShape(13, 5, 8, 2, 2));
    try (Layers layers = new Layers(task)) {
      layers.agree("head", layers.linear("ln_f", "head", false), false);
      for (int block = 0; block < 2; block++) {
        String scope = "layers/" + block;
        layers.agree(
            scope + "/mlp/contract",
            layers.linear(scope + "/mlp/expand", scope + "/mlp/contract", true),
            false);
        gelu(layers, scope);
      }
      // All four positions of the first block, the last one of the last.
      assertThat(layers.of("layers/0")[0]).hasSize(4 * 8);
      assertThat(layers.of("layers/1")[0]).hasSize(8);
      // The first normalisation replaces the stream, for whose last position the block computes.
      float[][] stream = layers.of("layers/1/ln_1");
      float[][] attended = layers.of("layers/1/attention/out_projection");
      float[][] contracted = layers.of("layers/1/mlp/contract");
      float[][] output = layers.of("layers/1");
      for (int k = 0; k < 8; k++) {
        assertThat(output[5][k])
            .isCloseTo(stream[5][3 * 8 + k] + attended[5][k] + contracted[5][k], within(1e-5f));
      }
    }
  }

  /** x·Φ(x) with the normal distribution's Φ by its series. */
  private static void gelu(Layers layers, String scope) {
    double[][] expected = layers.linear(scope + "/ln_2", scope + "/mlp/expand", true);
    for (double[] row : expected) {
      for (int k = 0; k < row.length; k++) {
        double term = row[k] / Math.sqrt(2 * Math.PI);
        double phi = 0.5 + term;
        for (int n = 1; n < 60; n++) {
          term *= -row[k] * row[k] / (2 * n);
          phi += term / (2 * n + 1);
        }
        row[k] *= phi;
      }
    }
    layers.agree(scope + "/mlp/expand", expected, false);
  }

  @Test
  void thoseOfThePerceptrons() {
    try (Layers layers = new Layers(MnistTask.generated(20, 8, 0, InputPerturbation.NONE))) {
      layers.agree("second", layers.linear("first", "second", true), true);
      layers.agree("head", layers.linear("second", "head", true), false);
    }
    try (Layers layers = new Layers(new ParityTask(new ParityShape(8, 2, 20, 10, 16), 1))) {
      layers.agree("head", layers.linear("hidden", "head", true), false);
    }
  }

  @Test
  void thoseOfTheRecurrentNetwork() {
    Task task = ImdbTask.generated(new ReviewSelection(80, 100, 70), new NetworkShape(8, 12, 6), 1);
    try (Layers layers = new Layers(task)) {
      layers.agree("head", layers.linear("lstm/1", "head", true), false);
    }
  }

  @Test
  void thoseOfTheMolecules() {
    try (Layers layers = new Layers(Qm9Task.generated(40, 3, 0))) {
      layers.agree("hidden", layers.linear("conv2", "hidden", true), true);
      layers.agree("head", layers.linear("hidden", "head", true), false);
      assertThat(layers.of("conv1")).hasNumberOfRows(EXAMPLES);
    }
  }

  @Test
  void aTensorThatDoesNotGoThroughTheExamplesIsRefused() {
    Task task = new ParityTask(new ParityShape(8, 2, 20, 10, 16), 1);
    try (Layers layers = new Layers(task)) {
      Output<TFloat32> weight =
          layers.graph.graph().outputOrThrow("hidden/weight_read:0").expect(TFloat32.class);
      assertThatThrownBy(() -> layers.graph.rows(weight, layers.batch, Map.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is a multiple of their number 12; its shape is [8, 16]");
    }
  }
}
