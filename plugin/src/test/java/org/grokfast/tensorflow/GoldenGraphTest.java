package org.grokfast.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.grokfast.Grokfast;
import org.grokfast.filter.Golden;
import org.grokfast.filter.GradientFilter;
import org.grokfast.tensorflow.live.WrappedGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;

/** Rewritten and wrapped graphs against the reference implementation's own output. */
@Tag("native")
class GoldenGraphTest {
  private static final float LEARNING_RATE = 0.01f;

  @ParameterizedTest
  @MethodSource("org.grokfast.filter.Golden#configurations")
  void aRewrittenGraphDefAgreesWithTheReference(
      String name, GradientFilter filter, double tolerance) {
    GraphDef rewritten;
    try (Graph graph = new Graph()) {
      build(graph);
      rewritten = new GraphRewriter(filter).apply(graph.toGraphDef()).graph();
    }
    try (Graph graph = new Graph()) {
      graph.importGraphDef(rewritten);
      compare(name, tolerance, run(graph, "train"));
    }
  }

  @ParameterizedTest
  @MethodSource("org.grokfast.filter.Golden#configurations")
  void aWrappedGraphAgreesWithTheReference(String name, GradientFilter filter, double tolerance) {
    try (Graph graph = new Graph()) {
      Op train = build(graph);
      WrappedGraph wrapped = Grokfast.wrap(graph, train, filter);
      compare(name, tolerance, run(graph, wrapped.trainOp().name()));
    }
  }

  private static void compare(String name, double tolerance, double[][][] run) {
    assertThat(Golden.maxDifference(run[0], Golden.rows("filtered_" + name)))
        .isLessThanOrEqualTo(tolerance);
    if (name.equals("ema_a0.98_l2")) {
      double[][] weights = Golden.rows("w_sgd_lr0.01_ema_a0.98_l2");
      double[][] afterEachStep = Stream.of(weights).skip(1).toArray(double[][]::new);
      assertThat(Golden.maxDifference(run[1], afterEachStep)).isLessThanOrEqualTo(1e-5);
    }
  }

  private static Op build(Graph graph) {
    Ops tf = Ops.create(graph);
    Variable<TFloat32> w = tf.withInitScope().withName("w").variable(Shape.of(8), TFloat32.class);
    float[] initial = new float[8];
    for (int i = 0; i < 8; i++) {
      initial[i] = (float) Golden.rows("w0")[0][i];
    }
    tf.withInitScope().assign(w, tf.withInitScope().constant(initial));
    Placeholder<TFloat32> gradient =
        tf.withName("g").placeholder(TFloat32.class, Placeholder.shape(Shape.of(8)));
    Op apply = tf.train.applyGradientDescent(w, tf.constant(LEARNING_RATE), gradient);
    return tf.withName("train").withControlDependencies(apply).noOp();
  }

  private static double[][][] run(Graph graph, String train) {
    double[][] gradients = Golden.rows("raw_gradients");
    double[][] filtered = new double[gradients.length][];
    double[][] weights = new double[gradients.length][];
    try (Session session = new Session(graph)) {
      session.initialize();
      for (int t = 0; t < gradients.length; t++) {
        try (TFloat32 gradient = TFloat32.vectorOf(floats(gradients[t]))) {
          try (var result =
              session
                  .runner()
                  .feed("g", gradient)
                  .addTarget(train)
                  .fetch("grokfast/w/gradient")
                  .run()) {
            filtered[t] = values(result.get(0));
          }
        }
        try (var result = session.runner().fetch("w").run()) {
          weights[t] = values(result.get(0));
        }
      }
    }
    return new double[][][] {filtered, weights};
  }

  private static float[] floats(double[] values) {
    float[] out = new float[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) values[i];
    }
    return out;
  }

  private static double[] values(Tensor tensor) {
    float[] values = StdArrays.array1dCopyOf((TFloat32) tensor);
    double[] out = new double[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = values[i];
    }
    return out;
  }
}
