package org.grokfast.models.parity;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.grokfast.models.layers.InitialValues;
import org.grokfast.models.layers.Linear;
import org.grokfast.models.layers.Parameters;
import org.grokfast.models.random.TorchRandom;
import org.grokfast.models.task.Batch;
import org.grokfast.models.task.EpochOrders;
import org.grokfast.models.task.Split;
import org.grokfast.models.task.Task;
import org.grokfast.models.task.TaskGraph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Learning a sparse parity (Barak et al. 2022, arXiv 2207.08799): the inputs are n random signs,
 * the answer says whether the product of the first k of them is 1. That they are the first is no
 * help: the model, a perceptron with one hidden layer and ReLU, starts the same for every order.
 * Its loss is the mean cross-entropy of the two classes.
 *
 * <p>One generator draws the weights, then the training inputs, then the validation inputs, then
 * the order of every epoch. Validation inputs are drawn independently, so for small n some occur in
 * training too.
 */
public final class ParityTask implements Task {
  static final String NAME = "parity";
  static final String BITS = "bits";
  private static final String ANSWERS = "answers";
  private static final int CLASSES = 2;

  private final ParityShape shape;
  private final long seed;
  private final float[] training;
  private final float[] validation;

  /**
   * A task.
   *
   * @param shape its sizes
   * @param seed of the inputs and of the initial parameters
   */
  public ParityTask(ParityShape shape, long seed) {
    this.shape = shape;
    this.seed = seed;
    TorchRandom random = new TorchRandom(seed);
    draw(shape, random);
    training = signs(random, shape.training());
    validation = signs(random, shape.validation());
  }

  private float[] signs(TorchRandom random, int examples) {
    float[] values = random.uniform(examples * shape.bits(), 1);
    for (int i = 0; i < values.length; i++) {
      values[i] = values[i] < 0 ? -1 : 1;
    }
    return values;
  }

  private static InitialValues draw(ParityShape shape, TorchRandom random) {
    InitialValues values = new InitialValues(random);
    values.linear("hidden", shape.bits(), shape.width());
    values.linear("head", shape.width(), CLASSES);
    return values;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String title() {
    return "Sparse parity of " + shape.subset() + " of " + shape.bits() + " bits";
  }

  @Override
  public SortedMap<String, String> settings() {
    SortedMap<String, String> map = new TreeMap<>();
    map.put("bits", Integer.toString(shape.bits()));
    map.put("subset", Integer.toString(shape.subset()));
    map.put("training", Integer.toString(shape.training()));
    map.put("validation", Integer.toString(shape.validation()));
    map.put("width", Integer.toString(shape.width()));
    map.put("seed", Long.toString(seed));
    return map;
  }

  @Override
  public int examples(Split split) {
    return split == Split.TRAINING ? shape.training() : shape.validation();
  }

  @Override
  public EpochOrders orders(long seed) {
    TorchRandom random = new TorchRandom(seed);
    draw(shape, random);
    random.uniform((shape.training() + shape.validation()) * shape.bits(), 1);
    return EpochOrders.reshuffled(random, shape.training());
  }

  @Override
  public TaskGraph build(Ops tf) {
    Placeholder<TFloat32> bits =
        tf.withName(BITS)
            .placeholder(
                TFloat32.class, Placeholder.shape(Shape.of(Shape.UNKNOWN_SIZE, shape.bits())));
    Placeholder<TInt32> answers =
        tf.withName(ANSWERS)
            .placeholder(TInt32.class, Placeholder.shape(Shape.of(Shape.UNKNOWN_SIZE)));
    Parameters parameters = Parameters.of(tf, draw(shape, new TorchRandom(seed)));
    Linear hidden = Linear.of(parameters.scope("hidden"), shape.bits(), shape.width());
    Linear head = Linear.of(parameters.scope("head"), shape.width(), CLASSES);
    Operand<TFloat32> features = tf.nn.relu(hidden.apply(bits));
    Operand<TFloat32> logits = head.apply(features);
    Operand<TFloat32> hot =
        tf.oneHot(answers, tf.constant(CLASSES), tf.constant(1f), tf.constant(0f));
    Operand<TFloat32> loss =
        tf.withName("loss")
            .math
            .mean(tf.nn.softmaxCrossEntropyWithLogits(logits, hot).loss(), tf.constant(0));
    Operand<TInt32> predicted = tf.math.argMax(logits, tf.constant(1), TInt32.class);
    Operand<TFloat32> right = tf.dtypes.cast(tf.math.equal(predicted, answers), TFloat32.class);
    Operand<TFloat32> accuracy = tf.withName("accuracy").math.mean(right, tf.constant(0));
    Map<String, Operand<TFloat32>> layers = new LinkedHashMap<>();
    layers.put("hidden", features);
    layers.put("head", logits);
    return TaskGraph.classifier(loss, accuracy, logits, parameters.elements()).withLayers(layers);
  }

  @Override
  public Batch batch(Split split, int[] examples) {
    float[] all = split == Split.TRAINING ? training : validation;
    int n = shape.bits();
    float[] inputs = new float[examples.length * n];
    int[] answers = new int[examples.length];
    for (int i = 0; i < examples.length; i++) {
      int start = examples[i] * n;
      System.arraycopy(all, start, inputs, i * n, n);
      answers[i] = answer(Arrays.copyOfRange(all, start, start + shape.subset()));
    }
    return new Batch(
        Map.of(
            BITS,
            TFloat32.tensorOf(Shape.of(examples.length, n), DataBuffers.of(inputs, true, false)),
            ANSWERS,
            TInt32.tensorOf(Shape.of(examples.length), DataBuffers.of(answers, true, false))),
        examples.length);
  }

  /** 1 where the product of the signs is 1, otherwise 0. */
  private static int answer(float[] signs) {
    int odd = 0;
    for (float sign : signs) {
      odd ^= sign < 0 ? 1 : 0;
    }
    return 1 - odd;
  }
}
