package org.example;

import org.grokfast.Grokfast;
import org.grokfast.filter.Ema;
import org.grokfast.tensorflow.live.WrappedGraph;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.framework.optimizers.Adam;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/** Fits w in y = w x to examples of y = 3 x, with a filter between the gradient and Adam. */
public final class Regression {
  private Regression() {}

  public static void main(String[] args) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Variable<TFloat32> w = tf.withName("w").variable(Shape.scalar(), TFloat32.class);
      Ops start = tf.withInitScope();
      start.assign(w, start.constant(0f));
      Operand<TFloat32> x = tf.constant(new float[] {-2, -1, 1, 2});
      Operand<TFloat32> y = tf.constant(new float[] {-6, -3, 3, 6});
      Operand<TFloat32> predicted = tf.math.mul(tf.identity(w), x);
      Operand<TFloat32> loss =
          tf.math.mean(tf.math.squaredDifference(predicted, y), tf.constant(0));

      Op train = new Adam(graph, 0.1f).minimize(loss);
      WrappedGraph wrapped = Grokfast.wrap(graph, train, Ema.of(0.9, 2));
      System.out.println(wrapped.report().toText());

      try (Session session = new Session(graph)) {
        session.initialize();
        for (int step = 0; step < 300; step++) {
          session.runner().addTarget(wrapped.trainOp()).run();
        }
        try (TFloat32 value = (TFloat32) session.runner().fetch(w.asOutput()).run().get(0)) {
          System.out.printf("w = %.2f%n", value.getFloat());
        }
      }
    }
  }
}
