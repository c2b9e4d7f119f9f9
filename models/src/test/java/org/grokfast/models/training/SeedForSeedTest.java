package org.grokfast.models.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.grokfast.models.Floats;
import org.grokfast.models.algorithmic.AlgorithmicTask;
import org.grokfast.models.algorithmic.BinaryOperation;
import org.grokfast.models.algorithmic.ModularArithmetic;
import org.grokfast.models.random.TorchGolden;
import org.grokfast.models.task.Split;
import org.grokfast.models.task.TrainingOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** A seed gives the weights, the split and the batches that it gives in the reference. */
@Tag("native")
class SeedForSeedTest {
  @TempDir private Path folder;

  static Stream<JsonNode> runs() {
    return TorchGolden.read("runs.json");
  }

  @ParameterizedTest
  @MethodSource("runs")
  void theWeightsAreTheReferences(JsonNode run) {
    try (Graph graph = new Graph()) {
      task(run).build(Ops.create(graph));
      try (Session session = new Session(graph)) {
        session.initialize();
        assertThat(run.get("parameters").properties()).hasSize(29);
        for (Map.Entry<String, JsonNode> parameter : run.get("parameters").properties()) {
          compare(parameter.getKey(), parameter.getValue(), session);
        }
      }
    }
  }

  private static void compare(String name, JsonNode expected, Session session) {
    boolean embedding = name.contains("embeddings");
    float[] values = values(session, graphName(name), !embedding);
    if (!embedding) {
      assertThat(TorchGolden.crc32(values)).as(name).isEqualTo(expected.get("crc32").longValue());
      return;
    }
    // The logarithm and the cosine in PyTorch's normals differ from Java's in the last bits.
    float each = 1e-6f;
    float[] first = TorchGolden.floats(expected.get("first"));
    assertThat(Arrays.copyOf(values, first.length)).as(name).containsExactly(first, within(each));
    for (Map.Entry<String, JsonNode> element : expected.get("scattered").properties()) {
      assertThat(values[Integer.parseInt(element.getKey())])
          .as(name + " " + element.getKey())
          .isCloseTo(element.getValue().floatValue(), within(each));
    }
    double sum = IntStream.range(0, values.length).mapToDouble(i -> values[i]).sum();
    assertThat(sum)
        .as(name)
        .isCloseTo(expected.get("sum").doubleValue(), within((double) each * values.length));
  }

  private static String graphName(String name) {
    return name.replace('.', '/')
        .replace("/attn/in_proj_", "/attention/in_projection/")
        .replace("/attn/out_proj/", "/attention/out_projection/")
        .replace("/mlp/0/", "/mlp/expand/")
        .replace("/mlp/2/", "/mlp/contract/");
  }

  /** In the order of the reference, which keeps a layer's matrix transposed. */
  private static float[] values(Session session, String variable, boolean transposed) {
    try (Result result = session.runner().fetch(variable).run()) {
      TFloat32 tensor = (TFloat32) result.get(0);
      float[] values = Floats.of(tensor);
      if (!transposed || tensor.rank() == 1) {
        return values;
      }
      int rows = (int) tensor.shape().get(0);
      int columns = (int) tensor.shape().get(1);
      float[] turned = new float[values.length];
      for (int i = 0; i < values.length; i++) {
        turned[i % columns * rows + i / columns] = values[i];
      }
      return turned;
    }
  }

  @ParameterizedTest
  @MethodSource("runs")
  void theSplitIsTheReferences(JsonNode run) {
    AlgorithmicTask task = task(run);
    int[] split =
        Stream.of(Split.TRAINING, Split.VALIDATION)
            .flatMapToInt(s -> IntStream.range(0, 4656).map(i -> task.equation(s, i)))
            .toArray();
    compare(split, run.get("split"));
  }

  @ParameterizedTest
  @MethodSource("runs")
  void theOrderOfEveryEpochIsTheReferences(JsonNode run) {
    AlgorithmicTask task = task(run);
    EpochBatches batches = new EpochBatches(4656, 512, () -> task.orders(seed(run)));
    for (int epoch = 0; epoch < 3; epoch++) {
      int[] order =
          IntStream.range(10 * epoch, 10 * (epoch + 1))
              .flatMap(update -> IntStream.of(batches.of(update)))
              .map(example -> task.equation(Split.TRAINING, example))
              .toArray();
      compare(order, run.get("epochs").get(epoch));
    }
  }

  private static void compare(int[] order, JsonNode expected) {
    int[] first = TorchGolden.ints(expected.get("first"));
    assertThat(Arrays.copyOf(order, first.length)).isEqualTo(first);
    assertThat(TorchGolden.crc32(order)).isEqualTo(expected.get("crc32").longValue());
  }

  @Test
  void thirtyUnfilteredStepsHaveTheReferencesLosses() {
    JsonNode run = runs().findFirst().orElseThrow();
    List<Double> losses = new ArrayList<>();
    TrainingOptions options =
        TrainingOptions.builder().steps(30).seed(seed(run)).threads(2).build();
    Trainer.start(task(run), options, folder.resolve("out"))
        .run(progress -> losses.add(progress.batchLoss()));
    JsonNode expected = run.get("losses");
    assertThat(losses).hasSize(30).hasSameSizeAs(expected);
    for (int step = 0; step < 30; step++) {
      // float32 sums in another order; the losses are about 5.
      assertThat(losses.get(step))
          .as("step " + step)
          .isCloseTo(expected.get(step).doubleValue(), within(1e-4));
    }
  }

  private static AlgorithmicTask task(JsonNode run) {
    return new AlgorithmicTask(new ModularArithmetic(BinaryOperation.MUL, 97), 0.5, seed(run));
  }

  private static long seed(JsonNode run) {
    return run.get("seed").longValue();
  }
}
