package org.grokfast.models.layers;

import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * Makes the trainable parameters of a model: reference variables with an initializer, named after
 * the scope they are made in. The initial values come from TensorFlow's stateless generators with
 * the pair (seed, number of the parameter) as their key, so that they depend on the seed and on the
 * order of creation alone, and no value is stored in the graph.
 *
 * <p>Every method returns a read of the variable and not the variable: a gradient through {@code
 * square(variable)} or similar ends the process, a gradient through a read does not.
 */
public final class Parameters {

  /** The number of parameters and of their elements so far, shared by all scopes of a model. */
  private static final class Counter {
    private long variables;
    private long elements;
  }

  private final Ops tf;
  private final long seed;
  private final Counter counter;

  private Parameters(Ops tf, long seed, Counter counter) {
    this.tf = tf;
    this.seed = seed;
    this.counter = counter;
  }

  /** The parameters of a new model in the scope of {@code tf}. */
  public static Parameters of(Ops tf, long seed) {
    return new Parameters(tf, seed, new Counter());
  }

  /** The parameters below a name; ask once for each name, since scopes are made unique. */
  public Parameters scope(String name) {
    return new Parameters(tf.withSubScope(name), seed, counter);
  }

  /** The op builder of this scope. */
  public Ops tf() {
    return tf;
  }

  /** How many numbers all parameters of the model hold. */
  public long elements() {
    return counter.elements;
  }

  /** Uniform in [−bound, bound). */
  public Operand<TFloat32> uniform(String name, Shape shape, double bound) {
    Ops init = tf.withInitScope().withSubScope(name + "_initial");
    Operand<TFloat32> unit =
        init.random.statelessRandomUniform(init.constant(shape.asArray()), key(init));
    Operand<TFloat32> width = init.constant((float) (2 * bound));
    Operand<TFloat32> low = init.constant((float) bound);
    return variable(name, shape, init.math.sub(init.math.mul(unit, width), low));
  }

  /** Normal with mean 0. */
  public Operand<TFloat32> normal(String name, Shape shape, double deviation) {
    Ops init = tf.withInitScope().withSubScope(name + "_initial");
    Operand<TFloat32> unit =
        init.random.statelessRandomNormal(init.constant(shape.asArray()), key(init));
    return variable(name, shape, init.math.mul(unit, init.constant((float) deviation)));
  }

  /** The same value everywhere. */
  public Operand<TFloat32> constant(String name, Shape shape, double value) {
    Ops init = tf.withInitScope().withSubScope(name + "_initial");
    return variable(
        name, shape, init.fill(init.constant(shape.asArray()), init.constant((float) value)));
  }

  private Operand<TInt64> key(Ops init) {
    return init.constant(new long[] {seed, counter.variables});
  }

  private Operand<TFloat32> variable(String name, Shape shape, Operand<TFloat32> initial) {
    Variable<TFloat32> variable = tf.withName(name).variable(shape, TFloat32.class);
    tf.withInitScope().withName(name + "_initialize").assign(variable, initial);
    counter.variables++;
    counter.elements += shape.size();
    return tf.withName(name + "_read").identity(variable);
  }
}
