package org.grokfast.models.optimizer;

import java.util.List;
import org.grokfast.models.Floats;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.framework.optimizers.Optimizer.GradAndVar;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/** One variable inside a name scope, and an optimizer that is fed its gradients. */
final class OptimizerRun implements AutoCloseable {
  private final Graph graph = new Graph();
  private final Session session;
  private final Placeholder<TFloat32> gradient;
  private final Variable<TFloat32> variable;
  private final AdamBase optimizer;
  private final Op update;

  OptimizerRun(OptimizerKind kind, AdamOptions options, double[] initial) {
    Ops tf = Ops.create(graph);
    Shape shape = Shape.of(initial.length);
    variable = tf.withSubScope("layer").withName("weight").variable(shape, TFloat32.class);
    tf.withInitScope().assign(variable, tf.withInitScope().constant(floats(initial)));
    gradient = tf.placeholder(TFloat32.class, Placeholder.shape(shape));
    optimizer = kind.create(graph, options);
    update =
        optimizer.applyGradients(
            List.of(new GradAndVar<>(gradient.asOutput(), variable.asOutput())), "train");
    session = new Session(graph);
    session.initialize();
  }

  Graph graph() {
    return graph;
  }

  /** Makes an update; returns its learning rate. */
  double step(double[] value) {
    try (TFloat32 fed = TFloat32.vectorOf(floats(value));
        Result result =
            session
                .runner()
                .feed(gradient, fed)
                .fetch(optimizer.learningRate())
                .addTarget(update)
                .run()) {
      return ((TFloat64) result.get(0)).getDouble();
    }
  }

  double[] weights() {
    try (Result result = session.runner().fetch(variable).run()) {
      TFloat32 tensor = (TFloat32) result.get(0);
      float[] values = Floats.of(tensor);
      double[] weights = new double[values.length];
      for (int i = 0; i < values.length; i++) {
        weights[i] = values[i];
      }
      return weights;
    }
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
