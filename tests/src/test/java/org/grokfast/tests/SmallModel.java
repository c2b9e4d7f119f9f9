package org.grokfast.tests;

import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/** A layer of tanh units and its squared error: variables {@code w} and {@code b}. */
final class SmallModel {
  static final int BATCH = 5;
  static final int INPUTS = 4;
  static final int OUTPUTS = 3;

  private SmallModel() {}

  /** Builds the model and returns its loss. */
  static Operand<TFloat32> loss(Graph graph) {
    Ops tf = Ops.create(graph);
    Variable<TFloat32> w = variable(tf, "w", Shape.of(INPUTS, OUTPUTS), 0.3f);
    Variable<TFloat32> b = variable(tf, "b", Shape.of(OUTPUTS), -0.2f);
    Placeholder<TFloat32> x = placeholder(tf, "x", Shape.of(BATCH, INPUTS));
    Placeholder<TFloat32> y = placeholder(tf, "y", Shape.of(BATCH, OUTPUTS));
    // Reading through an identity: a gradient taken through the reference itself may crash.
    Operand<TFloat32> sum = tf.math.add(tf.linalg.matMul(x, tf.identity(w)), tf.identity(b));
    return tf.math.mean(tf.math.squaredDifference(tf.math.tanh(sum), y), tf.array(0, 1));
  }

  private static Variable<TFloat32> variable(Ops tf, String name, Shape shape, float scale) {
    Variable<TFloat32> variable = tf.withInitScope().withName(name).variable(shape, TFloat32.class);
    float[] values = Batches.wave((int) shape.size(), scale);
    Ops init = tf.withInitScope();
    init.assign(variable, init.reshape(init.constant(values), init.constant(shape.asArray())));
    return variable;
  }

  private static Placeholder<TFloat32> placeholder(Ops tf, String name, Shape shape) {
    return tf.withName(name).placeholder(TFloat32.class, Placeholder.shape(shape));
  }
}
