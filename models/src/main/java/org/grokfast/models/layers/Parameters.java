package org.grokfast.models.layers;

import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/**
 * Makes the trainable parameters of a model: reference variables with an initializer, named after
 * the scope they are made in. The initial values are constants of the initializer, found by the
 * parameter's full name in {@link InitialValues}.
 *
 * <p>Every method returns a read of the variable and not the variable: a gradient through {@code
 * square(variable)} or similar ends the process, a gradient through a read does not.
 */
public final class Parameters {

  /** The number of elements so far, shared by all scopes of a model. */
  private static final class Counter {
    private long elements;
  }

  private final Ops tf;
  private final String prefix;
  private final InitialValues values;
  private final Counter counter;

  private Parameters(Ops tf, String prefix, InitialValues values, Counter counter) {
    this.tf = tf;
    this.prefix = prefix;
    this.values = values;
    this.counter = counter;
  }

  /** The parameters of a new model in the scope of {@code tf}, below which they are named. */
  public static Parameters of(Ops tf, InitialValues values) {
    return new Parameters(tf, "", values, new Counter());
  }

  /** The parameters below a name; ask once for each name, since scopes are made unique. */
  public Parameters scope(String name) {
    return new Parameters(tf.withSubScope(name), prefix + name + "/", values, counter);
  }

  /** The op builder of this scope. */
  public Ops tf() {
    return tf;
  }

  /** How many numbers all parameters of the model hold. */
  public long elements() {
    return counter.elements;
  }

  /**
   * A parameter that starts with the drawn values.
   *
   * @throws IllegalArgumentException if none were drawn for it, or another number of them
   */
  public Operand<TFloat32> drawn(String name, Shape shape) {
    float[] initial = values.of(prefix + name);
    if (initial.length != shape.size()) {
      throw new IllegalArgumentException(
          prefix + name + " has the shape " + shape + " but " + initial.length + " initial values");
    }
    Ops init = tf.withInitScope().withSubScope(name + "_initial");
    return variable(name, shape, init.constant(shape, DataBuffers.of(initial, true, false)));
  }

  /** The same value everywhere. */
  public Operand<TFloat32> constant(String name, Shape shape, double value) {
    Ops init = tf.withInitScope().withSubScope(name + "_initial");
    return variable(
        name, shape, init.fill(init.constant(shape.asArray()), init.constant((float) value)));
  }

  private Operand<TFloat32> variable(String name, Shape shape, Operand<TFloat32> initial) {
    Variable<TFloat32> variable = tf.withName(name).variable(shape, TFloat32.class);
    tf.withInitScope().withName(name + "_initialize").assign(variable, initial);
    counter.elements += shape.size();
    return tf.withName(name + "_read").identity(variable);
  }
}
