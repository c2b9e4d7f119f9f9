package org.grokfast.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.grokfast.Grokfast;
import org.grokfast.filter.Ema;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.live.WrappedGraph;
import org.grokfast.tensorflow.serving.InferenceExport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.framework.optimizers.Momentum;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/** A wrapped training graph as a SavedModel, and what is left of it for serving. */
@Tag("native")
class SavedModelRoundTripTest {
  @TempDir Path folder;

  static Stream<GradientFilter> filters() {
    return Stream.of(Ema.of(0.9, 2), MovingAverage.of(4, 5));
  }

  /** Linear regression: the smallest graph with a real gradient. */
  private record Model(Operand<?> input, Operand<?> output, Op train) {
    static Model build(Graph graph) {
      Ops tf = Ops.create(graph);
      Placeholder<TFloat32> x =
          tf.withName("x").placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, 3)));
      Variable<TFloat32> w =
          tf.withInitScope().withName("w").variable(Shape.of(3, 1), TFloat32.class);
      tf.withInitScope()
          .assign(w, tf.withInitScope().constant(new float[][] {{0.5f}, {-1f}, {2f}}));
      Operand<TFloat32> y = tf.withName("y").linalg.matMul(x, tf.identity(w));
      Operand<TFloat32> target = tf.sum(x, tf.constant(1));
      Operand<TFloat32> loss =
          tf.math.mean(
              tf.math.squaredDifference(tf.squeeze(y), target), tf.constant(new int[] {0}));
      return new Model(x, y, new Momentum(graph, 0.05f, 0.9f, false).minimize(loss));
    }
  }

  @ParameterizedTest
  @MethodSource("filters")
  void aLoadedModelContinuesBitIdentically(GradientFilter filter) throws IOException {
    Path model = folder.resolve("training");
    String trainOp;
    List<float[][]> uninterrupted = new ArrayList<>();
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Model built = Model.build(graph);
      WrappedGraph wrapped = Grokfast.wrap(graph, built.train(), filter);
      trainOp = wrapped.trainOp().name();
      session.initialize();
      steps(session, trainOp, 0, 7);
      SavedModelBundle.exporter(model.toString())
          .withSession(session)
          .withSignature(signature(built))
          .export();
      for (int t = 7; t < 20; t++) {
        uninterrupted.add(steps(session, trainOp, t, t + 1));
      }
    }
    try (SavedModelBundle bundle = SavedModelBundle.load(model.toString(), "serve")) {
      for (int t = 7; t < 20; t++) {
        float[][] weights = steps(bundle.session(), trainOp, t, t + 1);
        assertThat(weights).isDeepEqualTo(uninterrupted.get(t - 7));
      }
    }
  }

  @Test
  void aLoadedModelCanBeWrapped() throws IOException {
    Path model = folder.resolve("plain");
    String trainOp;
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Model built = Model.build(graph);
      trainOp = built.train().op().name();
      session.initialize();
      SavedModelBundle.exporter(model.toString())
          .withSession(session)
          .withSignature(signature(built))
          .export();
    }
    float[][] expected;
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      WrappedGraph wrapped = Grokfast.wrap(graph, Model.build(graph).train(), Ema.of(0.9, 2));
      expected = steps(session, wrapped.trainOp().name(), 0, 10);
    }
    try (SavedModelBundle bundle = SavedModelBundle.load(model.toString(), "serve")) {
      WrappedGraph wrapped =
          Grokfast.wrap(bundle.graph(), bundle.graph().operation(trainOp), Ema.of(0.9, 2));
      bundle.session().initialize();
      assertThat(steps(bundle.session(), wrapped.trainOp().name(), 0, 10)).isDeepEqualTo(expected);
      assertThat(wrapped.report().toText()).contains("saver was made before the filter");
    }
  }

  @Test
  void theInferenceExportHasNoTrainingNodeAndTheTrainedValues() throws IOException {
    Path serving = folder.resolve("serving");
    float[][] trained;
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Model built = Model.build(graph);
      WrappedGraph wrapped = Grokfast.wrap(graph, built.train(), Ema.of(0.9, 2));
      trained = steps(session, wrapped.trainOp().name(), 0, 5);
      int nodes = graph.toGraphDef().getNodeCount();
      InferenceExport.export(session, serving, List.of(signature(built)));
      assertThat(graph.toGraphDef().getNodeCount()).isEqualTo(nodes);
    }
    try (SavedModelBundle bundle = SavedModelBundle.load(serving.toString(), "serve")) {
      bundle
          .metaGraphDef()
          .getGraphDef()
          .getNodeList()
          .forEach(
              node ->
                  assertThat(node.getName() + " " + node.getOp())
                      .doesNotContain("grokfast")
                      .doesNotContain("Apply")
                      .doesNotContain("Gradients"));
      try (Result result = bundle.session().runner().fetch("w").run()) {
        assertThat(StdArrays.array2dCopyOf((TFloat32) result.get(0))).isDeepEqualTo(trained);
      }
      assertThat(bundle.signatures()).hasSize(1);
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString())).containsExactly("serving");
    }
  }

  @Test
  void anInferenceExportIsRefusedWhereAnOutputTrains() {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Model built = Model.build(graph);
      WrappedGraph wrapped = Grokfast.wrap(graph, built.train(), Ema.of(0.9, 2));
      Ops tf = Ops.create(graph);
      Op trains = wrapped::trainOp;
      Operand<?> bad = tf.withName("bad").withControlDependencies(trains).identity(built.output());
      Signature signature =
          Signature.builder("serving_default").input("x", built.input()).output("y", bad).build();
      assertThatThrownBy(
              () -> InferenceExport.export(session, folder.resolve("no"), List.of(signature)))
          .isInstanceOf(GraphRewriteException.class)
          .hasMessageContaining("output 'bad:0' needs node")
          .hasMessageContaining("which trains");
    }
  }

  private static Signature signature(Model model) {
    return Signature.builder("serving_default")
        .input("x", model.input())
        .output("y", model.output())
        .build();
  }

  private static float[][] steps(Session session, String trainOp, int from, int to) {
    for (int t = from; t < to; t++) {
      float[][] batch = {{1, t % 3, -1}, {0.5f, 2, t % 5}, {-1, 1, 0.25f}};
      try (TFloat32 x = TFloat32.tensorOf(StdArrays.ndCopyOf(batch))) {
        session.runner().feed("x", x).addTarget(trainOp).run().close();
      }
    }
    try (Result result = session.runner().fetch("w").run()) {
      return StdArrays.array2dCopyOf((TFloat32) result.get(0));
    }
  }
}
