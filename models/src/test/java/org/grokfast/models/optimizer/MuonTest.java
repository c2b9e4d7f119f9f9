package org.grokfast.models.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.grokfast.models.Floats;
import org.grokfast.models.random.TorchGolden;
import org.grokfast.models.task.TrainingOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Operation;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.framework.optimizers.Optimizer.GradAndVar;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;

@Tag("native")
class MuonTest {
  static final Map<String, Shape> SHAPES =
      Map.of("wide", Shape.of(3, 5), "tall", Shape.of(5, 3), "bias", Shape.of(5));
  static final List<String> NAMES = List.of("wide", "tall", "bias");

  private static AdamOptions.Builder options(String matrices) {
    return AdamOptions.builder()
        .learningRate(3e-3)
        .weightDecay(1)
        .warmupSteps(0)
        .muon(MuonOptions.DEFAULTS.withMatrices(matrices));
  }

  /** The inputs of {@code torch/muon.json}. */
  static float[] values(String name, int step) {
    int k = NAMES.indexOf(name) + 1;
    float[] values = new float[(int) SHAPES.get(name).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          (float)
              (step < 0
                  ? Math.cos(0.7 * (i + 1) + k)
                  : Math.sin(1.7 * (i + 1) + 0.9 * step + k) * 0.01 * (1 + (i + k) % 3));
    }
    return values;
  }

  /** Two matrices and a bias, fed their gradients. */
  static final class Run implements AutoCloseable {
    private final Graph graph = new Graph();
    private final Session session;
    private final List<Placeholder<TFloat32>> gradients = new ArrayList<>();
    private final List<Variable<TFloat32>> variables = new ArrayList<>();
    private final AdamBase optimizer;
    private final Operation update;
    int steps;

    Run(AdamOptions options) {
      this(OptimizerKind.MUON, options, (in, train) -> train.op());
    }

    /**
     * @param wrapping gives the op that is run in place of the optimizer's
     */
    Run(OptimizerKind kind, AdamOptions options, BiFunction<Graph, Op, Operation> wrapping) {
      Ops tf = Ops.create(graph);
      Ops layer = tf.withSubScope("layer");
      List<GradAndVar<? extends TType>> pairs = new ArrayList<>();
      for (String name : NAMES) {
        Shape shape = SHAPES.get(name);
        Ops init = tf.withInitScope();
        Variable<TFloat32> variable = layer.withName(name).variable(shape, TFloat32.class);
        init.assign(
            variable,
            init.reshape(init.constant(values(name, -1)), init.constant(shape.asArray())));
        variables.add(variable);
        gradients.add(tf.placeholder(TFloat32.class, Placeholder.shape(shape)));
        pairs.add(
            new GradAndVar<>(gradients.get(gradients.size() - 1).asOutput(), variable.asOutput()));
      }
      optimizer = kind.create(graph, options);
      update = wrapping.apply(graph, optimizer.applyGradients(pairs, "train"));
      session = new Session(graph);
      session.initialize();
    }

    void step() {
      Session.Runner runner = session.runner().addTarget(update);
      List<TFloat32> fed = new ArrayList<>();
      for (String name : NAMES) {
        TFloat32 value = TFloat32.tensorOf(SHAPES.get(name));
        float[] flat = values(name, steps);
        int[] next = {0};
        value.scalars().forEach(scalar -> scalar.setFloat(flat[next[0]++]));
        fed.add(value);
        runner.feed(gradients.get(fed.size() - 1), value);
      }
      runner.run().close();
      fed.forEach(TFloat32::close);
      steps++;
    }

    float[] weights(String name) {
      try (Result result = session.runner().fetch(variables.get(NAMES.indexOf(name))).run()) {
        return Floats.of((TFloat32) result.get(0));
      }
    }

    @Override
    public void close() {
      session.close();
      graph.close();
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5})
  void followsTorch(double decay) {
    AdamOptions options =
        options("wide|tall")
            .muon(MuonOptions.DEFAULTS.withMatrices("wide|tall").withWeightDecay(decay))
            .build();
    List<JsonNode> rows =
        TorchGolden.read("muon.json").filter(row -> row.get("decay").asDouble() == decay).toList();
    assertThat(rows).hasSize(4);
    try (Run run = new Run(options)) {
      for (JsonNode row : rows) {
        while (run.steps < row.get("step").asInt()) {
          run.step();
        }
        for (String name : NAMES) {
          // Newton and Schulz in float32, 1e-4 of an element; 0.026 of that enters in each step
          assertThat(run.weights(name))
              .as(name + " after step " + run.steps)
              .containsExactly(TorchGolden.floats(row.get(name)), within(1e-5f));
        }
      }
    }
  }

  @Test
  void whatIsNotNamedIsUpdatedByAdamW() {
    try (Run run = new Run(options("wide").build());
        Run adamW = new Run(options("tall").build())) {
      float[] before = run.weights("tall");
      run.step();
      adamW.step();
      assertThat(run.optimizer.getSlot(run.variables.get(1).asOutput(), "second_moment"))
          .isPresent();
      assertThat(run.optimizer.getSlot(run.variables.get(0).asOutput(), "second_moment")).isEmpty();
      // Adam's first step has the size of the rate, 0.003, in every element; the decay takes 0.3 %
      float[] after = run.weights("tall");
      for (int i = 0; i < before.length; i++) {
        double shrunk = before[i] * (1 - 3e-3);
        assertThat(Math.abs(after[i] - shrunk)).isCloseTo(3e-3, within(1e-6));
      }
    }
  }

  @Test
  void aPatternThatMatchesNoMatrixIsRefusedWithTheirNames() {
    assertThatThrownBy(() -> new Run(options("bias|embedding").build()).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "muon: no variable of two dimensions has a name that matches matrices"
                + " 'bias|embedding'; these have two: layer/wide, layer/tall");
  }

  @Test
  void whichMatricesIsNotGuessed() {
    assertThatThrownBy(() -> TrainingOptions.builder().optimizer(OptimizerKind.MUON).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("optimizer muon needs matrices, a regular expression");
    assertThatThrownBy(() -> MuonOptions.DEFAULTS.withMatrices("("))
        .hasMessage("matrices must be a regular expression, was '(': Unclosed group");
    assertThatThrownBy(() -> MuonOptions.DEFAULTS.withMomentum(1))
        .hasMessage("momentum must be in [0, 1), was 1.0");
  }
}
