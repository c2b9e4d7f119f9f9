package org.grokfast.models.optimizer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.framework.optimizers.Optimizer;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.op.train.ApplyAdam;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TType;

/**
 * What {@link Adam}, {@link AdamW} and {@link Muon} have in common: the moments, the step counter,
 * and the scalars that follow from it.
 *
 * <p>With u updates made before, t = u + 1 and r = rate · min(u / warm-up, 1) · decay(u), {@code
 * torch.optim} computes θ ← θ − r/(1 − β1ᵗ) · m / (√v/√(1 − β2ᵗ) + ε). {@link ApplyAdam} computes θ
 * ← θ − r' · m / (√v + ε') when its powers are 0. The two are the same for r' = r·√(1 − β2ᵗ)/(1 −
 * β1ᵗ) and ε' = ε·√(1 − β2ᵗ), which are taken in float64 from the counter and then rounded.
 *
 * <p>The counter moves behind control edges from every update, so no update can see the next step's
 * scalars.
 */
public abstract class AdamBase extends Optimizer {
  private static final String FIRST_MOMENT = "first_moment";
  private static final String SECOND_MOMENT = "second_moment";

  private final AdamOptions options;
  private final Map<String, Variable<?>> slots = new HashMap<>();
  private Variable<TInt64> counter;
  private Operand<TFloat64> updates;
  private Operand<TFloat64> rate;
  private Operand<TFloat32> correctedRate;
  private Operand<TFloat32> correctedEpsilon;

  AdamBase(Graph graph, String name, AdamOptions options) {
    super(graph, name);
    this.options = options;
  }

  /** The options. */
  public final AdamOptions options() {
    return options;
  }

  /**
   * The learning rate of the step that is being run.
   *
   * @throws IllegalStateException before {@code applyGradients}
   */
  public final Operand<TFloat64> learningRate() {
    if (rate == null) {
      throw new IllegalStateException("the learning rate exists once the gradients are applied");
    }
    return rate;
  }

  /**
   * {@inheritDoc}
   *
   * <p>The slots are {@code first_moment} and {@code second_moment}, or what {@link #slotNames} has
   * in their place. They are kept here and not by the framework, whose slots can't belong to a
   * variable inside a name scope.
   */
  @Override
  @SuppressWarnings("unchecked") // a slot has the type of its variable
  public final <T extends TType> Optional<Variable<T>> getSlot(
      Output<T> variable, String slotName) {
    return Optional.ofNullable((Variable<T>) slots.get(slotKey(variable, slotName)));
  }

  @Override
  protected void createSlots(List<Output<? extends TType>> variables) {
    Ops scope = tf.withSubScope(getOptimizerName());
    counter = scope.withName("step").variable(Shape.scalar(), TInt64.class);
    Ops init = scope.withInitScope();
    init.withName("step_initialize").assign(counter, init.constant(0L));
    for (Output<? extends TType> variable : variables) {
      slotNames(variable).forEach(name -> createSlot(scope, variable, name));
    }
  }

  /** The slots of a variable. */
  List<String> slotNames(Output<?> variable) {
    return List.of(FIRST_MOMENT, SECOND_MOMENT);
  }

  private <T extends TType> void createSlot(Ops scope, Output<T> variable, String slotName) {
    String name = slotKey(variable, slotName).replace('/', '.');
    Variable<T> slot = scope.withName(name).variable(variable.shape(), variable.type());
    Ops init = scope.withInitScope();
    init.withName(name + "-initialize")
        .assign(slot, init.zeros(init.constant(variable.shape().asArray()), variable.type()));
    slots.put(slotKey(variable, slotName), slot);
  }

  private static String slotKey(Output<?> variable, String slotName) {
    return variable.op().name() + "-" + slotName;
  }

  @Override
  protected final Optional<Op> prepare(String scopeName) {
    Ops scope = tf.withSubScope("schedule");
    updates = scope.dtypes.cast(scope.identity(counter), TFloat64.class);
    Operand<TFloat64> one = scope.constant(1.0);
    Operand<TFloat64> step = scope.math.add(updates, one);
    rate = scheduled(scope, options.learningRate());
    Operand<TFloat64> first =
        scope.math.sub(one, scope.math.pow(scope.constant(options.beta1()), step));
    Operand<TFloat64> second =
        scope.math.sqrt(scope.math.sub(one, scope.math.pow(scope.constant(options.beta2()), step)));
    correctedRate =
        scope.dtypes.cast(scope.math.div(scope.math.mul(rate, second), first), TFloat32.class);
    correctedEpsilon =
        scope.dtypes.cast(
            scope.math.mul(scope.constant(options.epsilon()), second), TFloat32.class);
    return Optional.empty();
  }

  /**
   * A rate over time.
   *
   * @param scope where the operations are made; after {@code prepare}
   * @param peak its value between warm-up and decay
   */
  final Operand<TFloat64> scheduled(Ops scope, double peak) {
    Operand<TFloat64> scheduled = scope.constant(peak);
    if (options.warmupSteps() > 0) {
      Operand<TFloat64> share =
          scope.math.div(updates, scope.constant((double) options.warmupSteps()));
      scheduled = scope.math.mul(scheduled, scope.math.minimum(share, scope.constant(1.0)));
    }
    return options.decay().shape() == LearningRateDecay.Shape.CONSTANT
        ? scheduled
        : scope.math.mul(scheduled, options.decay().factor(scope, updates));
  }

  /** The Adam update of a variable. */
  final <T extends TType> Op applyAdam(Ops deps, Output<T> gradient, Output<T> variable) {
    Class<T> type = gradient.type();
    Variable<T> first = getSlot(variable, FIRST_MOMENT).orElseThrow();
    Variable<T> second = getSlot(variable, SECOND_MOMENT).orElseThrow();
    Operand<T> zero = tf.dtypes.cast(tf.constant(0f), type);
    return deps.withName(variable.op().name().replace('/', '_') + "_apply")
        .train
        .applyAdam(
            variable,
            first,
            second,
            zero,
            zero,
            tf.dtypes.cast(correctedRate, type),
            tf.dtypes.cast(tf.constant((float) options.beta1()), type),
            tf.dtypes.cast(tf.constant((float) options.beta2()), type),
            tf.dtypes.cast(correctedEpsilon, type),
            gradient,
            ApplyAdam.useLocking(true));
  }

  @Override
  protected final Op finish(List<Op> applied, String name) {
    Op advance =
        tf.withControlDependencies(applied)
            .withName("step_advance")
            .assignAdd(counter, tf.constant(1L));
    applied.add(advance);
    return super.finish(applied, name);
  }
}
