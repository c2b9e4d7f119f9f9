package org.grokfast.models.algorithmic;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.models.layers.LogitMeasures;
import org.grokfast.models.random.TorchRandom;
import org.grokfast.models.task.InputPerturbation;
import org.grokfast.models.task.TaskGraph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The decoder in a graph, with its inputs, its loss and its accuracy. */
final class AlgorithmicGraph {
  static final String TOKENS = "tokens";
  static final String ANSWERS = "answers";

  /** From [x, op, y, eq] to [y, op, x, eq]. */
  private static final int[] SWAPPED = {2, 1, 0, 3};

  /** Below every square of a distance that counts: the root's gradient is infinite at 0. */
  private static final float LEAST_SQUARE = 1e-24f;

  private final Ops tf;
  private final DecoderShape shape;
  private final Objective objective;
  private final Operand<TInt32> tokens;
  private final Operand<TInt32> answers;
  private final Decoder decoder;
  private final Operand<TFloat32> hot;
  private final TaskGraph outputs;

  AlgorithmicGraph(Ops tf, DecoderShape shape, Objective objective, long seed) {
    this.tf = tf;
    this.objective = objective;
    this.shape = shape;
    Shape tokenShape = Shape.of(Shape.UNKNOWN_SIZE, Equations.LENGTH);
    tokens = tf.withName(TOKENS).placeholder(TInt32.class, Placeholder.shape(tokenShape));
    answers =
        tf.withName(ANSWERS)
            .placeholder(TInt32.class, Placeholder.shape(Shape.of(Shape.UNKNOWN_SIZE)));
    decoder = new Decoder(tf, shape, new TorchRandom(seed));
    Map<String, Operand<TFloat32>> layers = new LinkedHashMap<>();
    Operand<TFloat32> logits = decoder.lastLogits(tokens, Equations.LENGTH, layers::put);
    hot = tf.oneHot(answers, tf.constant(shape.tokens()), tf.constant(1f), tf.constant(0f));
    LossType.Entropy entropy = objective.type().entropy(tf, logits, hot);
    outputs =
        TaskGraph.classifier(entropy.loss(), accuracy(logits), logits, decoder.parameterCount())
            .measuring(LogitMeasures.of(tf, logits, hot, entropy.gradient()))
            .withLayers(layers);
  }

  private Operand<TFloat32> accuracy(Operand<TFloat32> logits) {
    Operand<TInt32> predicted = tf.math.argMax(logits, tf.constant(1), TInt32.class);
    Operand<TFloat32> right = tf.dtypes.cast(tf.math.equal(predicted, answers), TFloat32.class);
    return tf.withName("accuracy").math.mean(right, tf.constant(0));
  }

  /** Those of the cross-entropy. */
  TaskGraph outputs() {
    return outputs;
  }

  /** With what else is minimised; what is validated and served stays as it is. */
  TaskGraph trained() {
    if (!objective.isMoreThanEntropy()) {
      return outputs;
    }
    Operand<TFloat32> logits = outputs.output();
    Operand<TFloat32> loss = outputs.loss();
    Operand<TFloat32> accuracy = outputs.accuracy().orElseThrow();
    Operand<TFloat32> noise = null;
    if (objective.perturbation().isOn()) {
      noise = noise();
      logits = decoder.lastLogits(tokens, noise, Equations.LENGTH);
      loss = objective.type().entropy(tf, logits, hot).loss();
      accuracy = accuracy(logits);
    }
    if (objective.commutativity() > 0) {
      Operand<TFloat32> weight = tf.constant((float) objective.commutativity());
      loss = tf.math.add(loss, tf.math.mul(weight, distance(logits, swapped(noise))));
    }
    return outputs.trainedBy(loss, accuracy);
  }

  private Operand<TFloat32> noise() {
    return InputPerturbation.noise(
        tf, tf.concat(List.of(tf.shape(tokens), tf.array(shape.tokens())), tf.constant(0)));
  }

  /**
   * The logits of the same inputs with the operands the other way round; their noise moves with
   * them.
   *
   * @param noise on the inputs; null for none
   */
  private Operand<TFloat32> swapped(Operand<TFloat32> noise) {
    Operand<TInt32> order = tf.constant(SWAPPED);
    Operand<TInt32> other = tf.gather(tokens, order, tf.constant(1));
    return noise == null
        ? decoder.lastLogits(other, Equations.LENGTH)
        : decoder.lastLogits(other, tf.gather(noise, order, tf.constant(1)), Equations.LENGTH);
  }

  /** The mean over the batch of the Euclidean distance between two rows of logits. */
  private Operand<TFloat32> distance(Operand<TFloat32> first, Operand<TFloat32> second) {
    Operand<TFloat32> squares =
        tf.reduceSum(tf.math.squaredDifference(first, second), tf.constant(1));
    // (a, a) is at the distance 0 whatever the weights are: its gradient is to be 0, not NaN.
    Operand<TFloat32> distances = tf.math.sqrt(tf.math.maximum(squares, tf.constant(LEAST_SQUARE)));
    return tf.math.mean(distances, tf.constant(0));
  }
}
