package org.grokfast.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.grokfast.Grokfast;
import org.grokfast.filter.Ema;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.framework.optimizers.Momentum;
import org.tensorflow.framework.optimizers.Optimizer;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;

/**
 * Linear regression with momentum: placeholder {@code x} of shape [?, 3], variable {@code w},
 * prediction {@code y}.
 *
 * @param graph what holds it
 * @param x the input
 * @param y the prediction
 * @param train the train op
 */
record Regression(Graph graph, Operand<?> x, Operand<?> y, Op train) {

  static Regression build(Graph graph) {
    return build(graph, new Momentum(graph, 0.05f, 0.9f, false));
  }

  static Regression build(Graph graph, Optimizer optimizer) {
    Ops tf = Ops.create(graph);
    Placeholder<TFloat32> x =
        tf.withName("x").placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, 3)));
    Ops init = tf.withInitScope();
    Variable<TFloat32> w = init.withName("w").variable(Shape.of(3, 1), TFloat32.class);
    init.assign(w, init.constant(new float[][] {{0.5f}, {-1f}, {2f}}));
    Operand<TFloat32> y = tf.withName("y").linalg.matMul(x, tf.identity(w));
    Operand<TFloat32> error = tf.math.squaredDifference(y, tf.sum(x, tf.array(1)));
    Operand<TFloat32> loss = tf.math.mean(error, tf.array(0, 1));
    return new Regression(graph, x, y, optimizer.minimize(loss));
  }

  /** The graph as a file. */
  static Path write(Path file) throws IOException {
    try (Graph graph = new Graph()) {
      build(graph);
      return Files.write(file, graph.toGraphDef().toByteArray());
    }
  }

  static GraphDef read(Path file) throws IOException {
    return GraphDef.parseFrom(Files.readAllBytes(file));
  }

  /**
   * Trains for a few steps and saves everything, as a training program does.
   *
   * @param filtered whether a filter is put in before
   * @return the trained value of {@code w}
   */
  static float[][] saveTrained(Path folder, boolean filtered) throws IOException {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Regression model = build(graph);
      String train =
          filtered
              ? Grokfast.wrap(graph, model.train.op(), Ema.of(0.9, 2)).trainOp().name()
              : model.train.op().name();
      session.initialize();
      float[][] batch = {{1, 2, -1}, {0.5f, 2, 0}};
      for (int step = 0; step < 3; step++) {
        try (TFloat32 value = TFloat32.tensorOf(StdArrays.ndCopyOf(batch))) {
          session.runner().feed("x", value).addTarget(train).run().close();
        }
      }
      Signature signature =
          Signature.builder("serving_default")
              .input("images", model.x)
              .output("scores", model.y)
              .build();
      SavedModelBundle.exporter(folder.toString())
          .withSession(session)
          .withSignature(signature)
          .export();
      return weights(session);
    }
  }

  static float[][] weights(Session session) {
    try (Result result = session.runner().fetch("w").run()) {
      return StdArrays.array2dCopyOf((TFloat32) result.get(0));
    }
  }
}
