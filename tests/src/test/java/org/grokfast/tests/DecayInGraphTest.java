package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.TreeMap;
import org.grokfast.Grokfast;
import org.grokfast.filter.Ema;
import org.grokfast.filter.Unfiltered;
import org.grokfast.pass.DecoupledWeightDecay;
import org.grokfast.pass.Lookahead;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.live.WrapOptions;
import org.grokfast.tensorflow.live.WrappedGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;

/** Decoupled decay in TensorFlow graphs, next to AdamW. */
@Tag("native")
class DecayInGraphTest {
  private static final int STEPS = 50;
  private static final double DECAY = 0.1;
  private static final double[] START = {0.5, -1.0, 0.25, 2.0, -0.75, 1.5};

  /**
   * The weights after 50 steps of PyTorch 2.13's {@code AdamW([w], betas=(0.9, 0.999), eps=1e-8,
   * weight_decay=0.1)} on {@link #START}, with {@code lr} and {@code w.grad} set in each step as
   * {@link #rate} and {@link #slope} have them.
   */
  private static final double[] TORCH = {
    0.35483914613723755,
    -0.5673831105232239,
    0.030057979747653008,
    1.5293792486190796,
    -0.34348827600479126,
    1.235732078552246
  };

  /** A schedule that falls. */
  private static double rate(int step) {
    return 0.05 / (1 + step / 10.0);
  }

  /** The gradient is this times the weight, so that it tells at which weights it was computed. */
  private static double slope(int element, int step) {
    return ((element * 7 + step * 3) % 11 - 4) / 8.0;
  }

  /** Adam of one variable, with all that changes from step to step fed. */
  private static GraphDef adam(boolean resource, DataType type) {
    GraphBuilder graph = new GraphBuilder();
    for (String name : new String[] {"w", "m", "v"}) {
      if (resource) {
        graph.resource(name, type, START.length);
      } else {
        graph.variable(name, type, START.length);
      }
    }
    for (String name : new String[] {"lr", "power1", "power2"}) {
      graph.placeholder(name, type);
    }
    graph.placeholder("c", type, START.length).placeholder("start", type, START.length);
    graph
        .node(resource ? "ReadVariableOp" : "Identity", "w/Read", "w")
        .putAttr(resource ? "dtype" : "T", GraphBuilder.type(type));
    graph
        .node(resource ? "AssignVariableOp" : "Assign", "set", "w", "start")
        .putAttr(resource ? "dtype" : "T", GraphBuilder.type(type));
    graph.node("Mul", "g", "w/Read", "c").putAttr("T", GraphBuilder.type(type));
    graph.constant("beta1", type, 0.9).constant("beta2", type, 0.999).constant("eps", type, 1e-8);
    graph
        .node(
            resource ? "ResourceApplyAdam" : "ApplyAdam",
            "apply",
            "w",
            "m",
            "v",
            "power1",
            "power2",
            "lr",
            "beta1",
            "beta2",
            "eps",
            "g")
        .putAttr("T", GraphBuilder.type(type));
    return graph.group("train", "apply").build();
  }

  private static double[] train(GraphRun run, String train, DataType type) {
    run.initialize();
    run.scalars("set", Map.of("start", START), Map.of(), type);
    for (int step = 0; step < STEPS; step++) {
      double[] slopes = new double[START.length];
      for (int i = 0; i < slopes.length; i++) {
        slopes[i] = slope(i, step);
      }
      Map<String, double[]> feeds = new TreeMap<>(Map.of("c", slopes));
      run.scalars(
          train,
          feeds,
          Map.of(
              "lr", rate(step),
              "power1", Math.pow(0.9, step + 1),
              "power2", Math.pow(0.999, step + 1)),
          type);
    }
    return run.fetch("w/Read");
  }

  /** AdamW as a loop of Java, the way PyTorch computes it. */
  private static double[] plain() {
    return plain(0.9, 0.999);
  }

  private static double[] plain(double beta1, double beta2) {
    double[] w = START.clone();
    double[] m = new double[w.length];
    double[] v = new double[w.length];
    for (int step = 0; step < STEPS; step++) {
      double lr = rate(step);
      for (int i = 0; i < w.length; i++) {
        double g = w[i] * slope(i, step);
        w[i] -= lr * DECAY * w[i];
        m[i] += (g - m[i]) * (1 - beta1);
        v[i] += (g * g - v[i]) * (1 - beta2);
        double norm = Math.sqrt(v[i] / (1 - Math.pow(0.999, step + 1))) + 1e-8;
        w[i] -= lr / (1 - Math.pow(0.9, step + 1)) * m[i] / norm;
      }
    }
    return w;
  }

  @Test
  void theLoopIsPyTorchsAdamW() {
    assertThat(plain()).containsExactly(TORCH, within(2e-6));
  }

  @ParameterizedTest
  @CsvSource({
    "false, DT_FLOAT, FILE",
    "true, DT_FLOAT, FILE",
    "true, DT_DOUBLE, FILE",
    "false, DT_FLOAT, LIVE",
    "true, DT_DOUBLE, LIVE"
  })
  void adamWithDecayIsAdamW(boolean resource, DataType type, String form) {
    GraphDef graph = adam(resource, type);
    var decay = DecoupledWeightDecay.of(DECAY);
    boolean live = form.equals("LIVE");
    GraphDef rewritten = new GraphRewriter(Unfiltered.with(decay)).apply(graph).graph();
    assertThat(FilterStripper.apply(rewritten)).isEqualTo(graph);
    try (GraphRun run = new GraphRun(live ? graph : rewritten)) {
      String train = "train";
      if (live) {
        WrappedGraph wrapped =
            Grokfast.wrap(run.graph(), run.graph().operation(train), WrapOptions.ofPasses(decay));
        train = wrapped.trainOp().name();
      }
      double[] weights = train(run, train, type);
      // In float32 the graph has other betas: 1 - 0.999f is 6e-5 away from 0.001, relatively.
      assertThat(weights)
          .containsExactly(type == DataType.DT_DOUBLE ? plain() : plain(0.9f, 0.999f), within(1e-6))
          .containsExactly(TORCH, within(3e-6));
    }
  }

  @Test
  void theFilterSeesTheGradientAndTheDecayIsNotFiltered() {
    GraphDef graph = adam(true, DataType.DT_DOUBLE);
    var neutral =
        Ema.of(0.9, 0).withOptions(Unfiltered.with(DecoupledWeightDecay.of(DECAY)).options());
    try (GraphRun run = new GraphRun(new GraphRewriter(neutral).apply(graph).graph())) {
      assertThat(train(run, "train", DataType.DT_DOUBLE)).containsExactly(plain(), within(1e-6));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "REFERENCE",
        "RESOURCE",
        "FUNCTION",
        "LIVE",
        "LIVE_RESOURCE",
        "LIVE_FUNCTION",
        // The update itself is what is run.
        "APPLY",
        "APPLY_RESOURCE",
        "LIVE_APPLY"
      })
  void gradientDescentDecaysAndLooksAheadToTheBit(String form) {
    GraphDef graph =
        form.endsWith("FUNCTION")
            ? AlgebraInGraphTest.inFunction()
            : AlgebraInGraphTest.graph(form.endsWith("RESOURCE"), DataType.DT_FLOAT, 3, 4);
    var passes = Unfiltered.with(DecoupledWeightDecay.of(0.3), Lookahead.of(2, 0.25));
    GraphDef rewritten = new GraphRewriter(passes).apply(graph).graph();
    assertThat(FilterStripper.apply(rewritten)).isEqualTo(graph);
    boolean live = form.startsWith("LIVE");
    float factor = (float) (1 - 0.125 * 0.3);
    float[] expected = new float[12];
    float[] slow = new float[12];
    double[] gradient = new double[12];
    try (GraphRun run = new GraphRun(live ? graph : rewritten)) {
      String train = form.contains("APPLY") ? "w/apply" : "train";
      if (live) {
        train = Grokfast.wrap(run.graph(), run.graph().operation(train), passes).trainOp().name();
      }
      run.initialize();
      for (int step = 0; step < 7; step++) {
        for (int i = 0; i < gradient.length; i++) {
          gradient[i] = (i * 5 + step) % 7 - 3;
          expected[i] = expected[i] * factor - 0.125f * (float) gradient[i];
          if (step % 2 == 1) {
            float part = (expected[i] - slow[i]) * 0.25f;
            slow[i] = slow[i] + part;
            expected[i] = slow[i];
          }
        }
        run.step(train, "shaped", "g", DataType.DT_FLOAT, gradient);
        double[] weights = run.fetch("w/Read");
        for (int i = 0; i < weights.length; i++) {
          assertThat((float) weights[i]).isEqualTo(expected[i]);
        }
      }
    }
  }

  @Test
  void anUpdateThatOverwritesTheWeightsIsRefused() {
    Training nadam = Training.unfiltered(FrameworkOptimizer.NADAM);
    assertThatThrownBy(
            () ->
                new GraphRewriter(Unfiltered.with(DecoupledWeightDecay.of(0.1)))
                    .apply(nadam.graph()))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessageStartingWith("variable 'w': decoupled-weight-decay is not possible at '")
        .hasMessageContaining("overwrites the weights")
        .hasMessageEndingWith("leave the variable out with --decay-exclude");
  }

  @ParameterizedTest
  @CsvSource({"FTRL, ApplyFtrlV2", "ADA_GRAD_DA, ApplyAdagradDA"})
  void anOpThatMakesWeightsOfItsSumsIsRefused(FrameworkOptimizer kind, String op) {
    Training plain = Training.unfiltered(kind);
    assertThatThrownBy(
            () ->
                new GraphRewriter(Unfiltered.with(DecoupledWeightDecay.of(0.1)))
                    .apply(plain.graph()))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessageContaining(
            "as "
                + op
                + " makes the weights anew from its sums, whatever they were before; decay in the program that"
                + " trains, or leave the variable out with --decay-exclude");
  }
}
