package org.grokfast.models.task;

import java.util.Map;
import java.util.SortedMap;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * Normal noise on the inputs of every update, the less the better the training examples are known
 * (Tan and Huang, arXiv 2311.06597): its standard deviation is σ = max(λ₁·(1 − accuracy), λ₂). The
 * paper doesn't say which accuracy: here it is that of the batch of the update before, with the
 * noise that it had; 0 in front of the first.
 *
 * <p>The noise of an update is a function of the run's seed and the update's number (TensorFlow's
 * stateless generator, Philox), whatever the number of threads.
 *
 * @param slope λ₁, ≥ 0
 * @param floor λ₂, ≥ 0
 */
public record InputPerturbation(double slope, double floor) {
  /** λ₁ as a setting of a task. */
  public static final Setting<Double> SLOPE =
      Setting.real(
              "input-noise",
              "L1",
              0,
              "Normal noise on the inputs in training, of deviation max(L1*(1 - accuracy), L2) with"
                  + " the accuracy of the batch before; 0 and an L2 of 0: none")
          .in(Range.notNegative());

  /** λ₂ as a setting of a task. */
  public static final Setting<Double> FLOOR =
      Setting.real("input-noise-floor", "L2", 0, "The least deviation of that noise, L2")
          .in(Range.notNegative());

  /** No noise. */
  public static final InputPerturbation NONE = new InputPerturbation(0, 0);

  private static final String SCOPE = "input_noise";
  private static final String SEED = SCOPE + "/seed";
  private static final String DEVIATION = SCOPE + "/deviation";

  /**
   * @throws IllegalArgumentException if a number is negative or not finite
   */
  public InputPerturbation {
    SLOPE.require(slope);
    FLOOR.require(floor);
  }

  /** What the settings say. */
  public static InputPerturbation of(SettingValues settings) {
    return new InputPerturbation(settings.get(SLOPE), settings.get(FLOOR));
  }

  /** What a checkpoint's settings say; {@link #NONE} if they say nothing of it. */
  public static InputPerturbation of(SavedSettings settings) {
    return settings.toMap().containsKey(SLOPE.name())
        ? new InputPerturbation(settings.real(SLOPE.name()), settings.real(FLOOR.name()))
        : NONE;
  }

  /** Adds what it is to a task's settings, if it is anything. */
  public void addTo(SortedMap<String, String> settings) {
    if (isOn()) {
      settings.put(SLOPE.name(), Double.toString(slope));
      settings.put(FLOOR.name(), Double.toString(floor));
    }
  }

  /** Whether there is noise. */
  public boolean isOn() {
    return slope > 0 || floor > 0;
  }

  /**
   * The standard deviation σ.
   *
   * @param accuracy in [0, 1]
   * @throws IllegalArgumentException if the accuracy isn't, as that of a regression
   */
  public double deviation(double accuracy) {
    if (!(accuracy >= 0 && accuracy <= 1)) {
      throw new IllegalArgumentException("accuracy must be in [0, 1], was " + accuracy);
    }
    return Math.max(slope * (1 - accuracy), floor);
  }

  /**
   * Adds an update's noise to a graph, with placeholders for which {@link #inputs} has the values.
   *
   * @param scope the op builder of the graph, at its root
   * @param shape of the noise, a vector
   * @return independent normal numbers with mean 0 and deviation σ
   */
  public static Operand<TFloat32> noise(Ops scope, Operand<TInt32> shape) {
    Ops tf = scope.withSubScope(SCOPE);
    Operand<TInt64> seed =
        tf.withName("seed").placeholder(TInt64.class, Placeholder.shape(Shape.of(2)));
    Operand<TFloat32> deviation =
        tf.withName("deviation").placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
    return tf.math.mul(tf.random.statelessRandomNormal(shape, seed), deviation);
  }

  /**
   * The values of the noise's placeholders.
   *
   * @param seed of the run
   */
  public StepInputs inputs(long seed) {
    if (!isOn()) {
      return StepInputs.NONE;
    }
    return (step, accuracyBefore) ->
        Map.of(
            SEED,
            TInt64.vectorOf(seed, step),
            DEVIATION,
            TFloat32.scalarOf((float) deviation(accuracyBefore)));
  }
}
