package org.grokfast.models.algorithmic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.grokfast.models.analysis.graph.LossGraph;
import org.grokfast.models.data.DownloadListener;
import org.grokfast.models.task.Batch;
import org.grokfast.models.task.InputPerturbation;
import org.grokfast.models.task.SavedSettings;
import org.grokfast.models.task.SettingValues;
import org.grokfast.models.task.Split;
import org.grokfast.models.task.Task;
import org.grokfast.models.task.TaskGraph;
import org.grokfast.models.task.TaskModel;
import org.grokfast.models.task.UnusedSettingException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

@Tag("native")
class ObjectiveTest {
  private static final int TOKENS = 13;
  private static final int WIDTH = 8;
  private static final int LENGTH = Equations.LENGTH;
  private static final DecoderShape SHAPE = new DecoderShape(TOKENS, 5, WIDTH, 2, 2);
  private static final InputPerturbation NOISE = new InputPerturbation(0.5, 0.4);

  private static AlgorithmicTask task(BinaryOperation operation, Objective objective) {
    return new AlgorithmicTask(new ModularArithmetic(operation, 11), 0.5, 3, SHAPE, objective);
  }

  private static AlgorithmicTask sum(Objective objective) {
    return task(BinaryOperation.ADD, objective);
  }

  /** What a task is trained on, as a model of its own. */
  private record Trained(Task task) implements TaskModel {
    @Override
    public String name() {
      return task.name();
    }

    @Override
    public String title() {
      return task.title();
    }

    @Override
    public SortedMap<String, String> settings() {
      return task.settings();
    }

    @Override
    public TaskGraph build(Ops tf) {
      return task.buildForTraining(tf);
    }
  }

  private static Batch batch(AlgorithmicTask task, int step, double accuracy) {
    int[] all = IntStream.range(0, task.examples(Split.TRAINING)).toArray();
    Batch batch = task.batch(Split.TRAINING, all);
    Map<String, Tensor> inputs = new HashMap<>(batch.inputs());
    inputs.putAll(task.stepInputs(9).at(step, accuracy));
    return new Batch(inputs, batch.size());
  }

  private static double crossEntropy(float[][] logits, int[] answers) {
    double sum = 0;
    for (int i = 0; i < answers.length; i++) {
      double all = 0;
      for (float logit : logits[i]) {
        all += Math.exp(logit);
      }
      sum += Math.log(all) - logits[i][answers[i]];
    }
    return sum / answers.length;
  }

  private static double distance(float[][] first, float[][] second) {
    double sum = 0;
    for (int i = 0; i < first.length; i++) {
      double squares = 0;
      for (int k = 0; k < first[i].length; k++) {
        squares += Math.pow((double) first[i][k] - second[i][k], 2);
      }
      sum += Math.sqrt(squares);
    }
    return sum / first.length;
  }

  private static int[] ints(Batch batch, String name) {
    TInt32 tensor = (TInt32) batch.inputs().get(name);
    int[] values = new int[Math.toIntExact(tensor.size())];
    tensor.copyTo(DataBuffers.of(values));
    return values;
  }

  @Test
  void thePenaltyIsTheWeightTimesTheMeanDistanceToTheSwappedEquationsLogits() {
    AlgorithmicTask task = sum(new Objective(InputPerturbation.NONE, 100));
    try (LossGraph plain = LossGraph.build(task, 1);
        LossGraph trained = LossGraph.build(new Trained(task), 1);
        Batch batch = batch(task, 0, 0);
        Batch swapped = task.swapped(batch).orElseThrow()) {
      plain.initialize();
      trained.initialize();
      Output<TFloat32> output = plain.outputs().output().asOutput();
      float[][] logits = plain.rows(output, batch, Map.of());
      double expected =
          crossEntropy(logits, ints(batch, AlgorithmicGraph.ANSWERS))
              + 100 * distance(logits, plain.rows(output, swapped, Map.of()));
      assertThat(trained.loss(List.of(batch))).isCloseTo(expected, within(1e-5 * expected));
      assertThat(expected).isGreaterThan(2 * plain.loss(List.of(batch)));
    }
  }

  /**
   * The noisy logits against those of the clean graph, whose embeddings are replaced by products of
   * noisy one-hot vectors that are computed here.
   */
  @ParameterizedTest
  @ValueSource(doubles = {0, 10})
  void theNoiseIsAddedToTheOneHotVectorsAndMovesWithSwappedOperands(double weight) {
    AlgorithmicTask task = sum(new Objective(NOISE, weight));
    try (LossGraph plain = LossGraph.build(task, 1);
        LossGraph trained = LossGraph.build(new Trained(task), 1);
        Batch batch = batch(task, 4, 0.1)) {
      plain.initialize();
      trained.initialize();
      Output<TFloat32> noise =
          trained.graph().outputOrThrow("input_noise/Mul:0").expect(TFloat32.class);
      float[][] delta = trained.rows(noise, batch, Map.of());
      int[] tokens = ints(batch, AlgorithmicGraph.TOKENS);
      float[][] logits = noisy(plain, batch, tokens, delta, new int[] {0, 1, 2, 3});
      float[][] swapped = noisy(plain, batch, tokens, delta, new int[] {2, 1, 0, 3});
      double expected =
          crossEntropy(logits, ints(batch, AlgorithmicGraph.ANSWERS))
              + weight * distance(logits, swapped);
      assertThat(trained.loss(List.of(batch))).isCloseTo(expected, within(1e-5 * expected));
    }
  }

  private static float[][] noisy(
      LossGraph plain, Batch batch, int[] tokens, float[][] delta, int[] order) {
    var embeddings =
        plain.layout().parameters().stream()
            .filter(p -> p.name().equals("token_embeddings/weight"))
            .findFirst()
            .orElseThrow();
    double[][] w = embeddings.matrix(plain.parameters());
    float[] embedded = new float[batch.size() * LENGTH * WIDTH];
    for (int i = 0; i < batch.size(); i++) {
      for (int position = 0; position < LENGTH; position++) {
        int from = order[position];
        for (int token = 0; token < TOKENS; token++) {
          double hot = tokens[i * LENGTH + from] == token ? 1 : 0;
          double input = hot + delta[i][from * TOKENS + token];
          for (int k = 0; k < WIDTH; k++) {
            embedded[(i * LENGTH + position) * WIDTH + k] += (float) (input * w[token][k]);
          }
        }
      }
    }
    Map<String, Tensor> replaced = new HashMap<>();
    try (TFloat32 tensor =
        TFloat32.tensorOf(Shape.of(batch.size(), LENGTH, WIDTH), DataBuffers.of(embedded))) {
      replaced.put(gather(plain.graph()), tensor);
      return plain.rows(plain.outputs().output().asOutput(), clean(batch), replaced);
    }
  }

  /** The inputs that the clean graph has. Not to be closed: they are the other batch's. */
  private static Batch clean(Batch batch) {
    Map<String, Tensor> inputs = new HashMap<>(batch.inputs());
    inputs.keySet().retainAll(List.of(AlgorithmicGraph.TOKENS, AlgorithmicGraph.ANSWERS));
    return new Batch(inputs, batch.size());
  }

  private static String gather(Graph graph) {
    List<String> names = new ArrayList<>();
    graph
        .operations()
        .forEachRemaining(
            operation -> {
              if (operation.type().equals("GatherV2")) {
                names.add(operation.name() + ":0");
              }
            });
    assertThat(names).hasSize(1);
    return names.get(0);
  }

  /** The training equations have some (a, a), at whose distance of 0 a root has no gradient. */
  @ParameterizedTest
  @CsvSource({"0, 100", "0.5, 0", "0.5, 3"})
  void theGradientIsThatOfDifferencesOfTheLoss(double noise, double weight) {
    AlgorithmicTask task = sum(new Objective(new InputPerturbation(noise, 0), weight));
    try (LossGraph loss = LossGraph.build(new Trained(task), 1);
        Batch batch = batch(task, 2, 0)) {
      int[] tokens = ints(batch, AlgorithmicGraph.TOKENS);
      assertThat(IntStream.range(0, batch.size()))
          .anyMatch(i -> tokens[i * LENGTH] == tokens[i * LENGTH + 2]);
      loss.initialize();
      double[] theta = loss.parameters();
      double[] gradient = loss.gradient(List.of(batch));
      Random random = new Random(5);
      for (int direction = 0; direction < 4; direction++) {
        double[] v =
            IntStream.range(0, theta.length).mapToDouble(i -> random.nextGaussian()).toArray();
        double expected = IntStream.range(0, v.length).mapToDouble(i -> v[i] * gradient[i]).sum();
        double step = 2e-4;
        double slope =
            (at(loss, batch, theta, v, step) - at(loss, batch, theta, v, -step)) / (2 * step);
        // float32 losses of up to 1000, and the third derivative times the step's square.
        assertThat(slope)
            .isCloseTo(expected, within(0.02 * Math.abs(expected) + 0.02 * (1 + weight)));
      }
    }
  }

  private static double at(LossGraph loss, Batch batch, double[] theta, double[] v, double step) {
    loss.set(IntStream.range(0, v.length).mapToDouble(i -> theta[i] + step * v[i]).toArray());
    return loss.loss(List.of(batch));
  }

  @Test
  void validationAccuracyAndOutputAreThoseOfCleanInputs() {
    AlgorithmicTask task = sum(new Objective(NOISE, 100));
    try (Graph plain = new Graph();
        Graph trained = new Graph()) {
      TaskGraph clean = task.build(Ops.create(plain));
      TaskGraph outputs = task.buildForTraining(Ops.create(trained));
      assertThat(name(outputs.validationLoss())).isEqualTo(name(clean.loss()));
      assertThat(name(outputs.accuracy().orElseThrow())).isEqualTo(name(clean.accuracy().get()));
      assertThat(name(outputs.output())).isEqualTo(name(clean.output()));
      assertThat(name(outputs.loss())).isNotEqualTo(name(clean.loss()));
      assertThat(outputs.trainingAccuracy()).isNotEqualTo(outputs.accuracy());
      // What training adds comes behind what there is without it.
      List<NodeDef> nodes = nodes(plain);
      assertThat(nodes(trained).subList(0, nodes.size())).isEqualTo(nodes);
    }
  }

  /** Without the last one, the group of all initializers. */
  private static List<NodeDef> nodes(Graph graph) {
    return graph.toGraphDef().getNodeList().stream()
        .filter(n -> !n.getOp().equals("NoOp"))
        .toList();
  }

  private static String name(org.tensorflow.Operand<?> operand) {
    return operand.asOutput().op().name();
  }

  @Test
  void withoutOptionsTheGraphToTrainInIsThatOfTheModel() {
    AlgorithmicTask task = sum(Objective.PLAIN);
    try (Graph plain = new Graph();
        Graph trained = new Graph()) {
      task.build(Ops.create(plain));
      task.buildForTraining(Ops.create(trained));
      assertThat(trained.toGraphDef()).isEqualTo(plain.toGraphDef());
      assertThat(task.settings()).doesNotContainKeys("commutativity", "input-noise");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sub", "div", "x3xy", "s5"})
  void anOperationThatDoesNotCommuteIsNotAskedTo(String operation) {
    AlgorithmicSpec spec = new AlgorithmicSpec();
    SettingValues values =
        with(spec, with(spec, SettingValues.DEFAULTS, "op", operation), "commutativity", 1.0);
    assertThatThrownBy(() -> spec.create(values, 0, DownloadListener.NONE))
        .isInstanceOf(UnusedSettingException.class)
        .hasMessage(
            "commutativity is not a setting of op " + operation + ", which does not commute");
  }

  @Test
  void theTaskItselfRefusesIt() {
    assertThatThrownBy(() -> task(BinaryOperation.SUB, new Objective(InputPerturbation.NONE, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("commutativity must be 0 for subtraction modulo 11, which does not commute");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
  void aWeightThatIsNoneIsRefused(double weight) {
    assertThatThrownBy(() -> new Objective(InputPerturbation.NONE, weight))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("commutativity must be finite and >= 0, was " + weight);
  }

  @Test
  void theModelOfARunHasTheRunsSettings() {
    AlgorithmicSpec spec = new AlgorithmicSpec();
    SettingValues values =
        with(spec, with(spec, SettingValues.DEFAULTS, "commutativity", 7.0), "input-noise", 0.5);
    SortedMap<String, String> settings = spec.create(values, 4, DownloadListener.NONE).settings();
    assertThat(settings).containsEntry("commutativity", "7.0").containsEntry("input-noise", "0.5");
    assertThat(spec.model(new SavedSettings(settings)).settings()).isEqualTo(settings);
  }

  @Test
  void aLossTypeThatIsNoneIsNamed() {
    AlgorithmicSpec spec = new AlgorithmicSpec();
    SettingValues half = with(spec, SettingValues.DEFAULTS, "loss-dtype", "float16");
    assertThatThrownBy(() -> spec.create(half, 0, DownloadListener.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("loss dtype must be float32 or float64, was float16");
    SettingValues values = with(spec, SettingValues.DEFAULTS, "loss-dtype", "FLOAT64");
    SortedMap<String, String> settings = spec.create(values, 4, DownloadListener.NONE).settings();
    assertThat(settings).containsEntry("loss-dtype", "float64");
    assertThat(spec.model(new SavedSettings(settings)).settings()).isEqualTo(settings);
  }

  @SuppressWarnings("unchecked")
  private static <T> SettingValues with(
      AlgorithmicSpec spec, SettingValues values, String name, T value) {
    return values.with(
        (org.grokfast.models.task.Setting<T>)
            spec.settings().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow(),
        value);
  }
}
