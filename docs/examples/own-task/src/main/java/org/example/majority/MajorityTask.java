package org.example.majority;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.grokfast.models.layers.InitialValues;
import org.grokfast.models.layers.Linear;
import org.grokfast.models.layers.Parameters;
import org.grokfast.models.random.TorchRandom;
import org.grokfast.models.task.Batch;
import org.grokfast.models.task.Split;
import org.grokfast.models.task.Task;
import org.grokfast.models.task.TaskGraph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * Telling whether the sum of some random numbers is positive, by logistic regression.
 *
 * @param numbers how many numbers an example has
 * @param examples the number of examples of either split
 * @param seed of the numbers and of the initial weights
 */
record MajorityTask(int numbers, int examples, long seed) implements Task {
  static final String NAME = "majority";
  static final String INPUTS = "inputs";
  private static final String ANSWERS = "answers";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String title() {
    return "Majority of " + numbers + " numbers";
  }

  /** What {@link MajoritySpec#model} needs to make the same model again. */
  @Override
  public SortedMap<String, String> settings() {
    SortedMap<String, String> map = new TreeMap<>();
    map.put("numbers", Integer.toString(numbers));
    map.put("examples", Integer.toString(examples));
    map.put("seed", Long.toString(seed));
    return map;
  }

  @Override
  public int examples(Split split) {
    return examples;
  }

  @Override
  public TaskGraph build(Ops tf) {
    Shape rows = Shape.of(Shape.UNKNOWN_SIZE, numbers);
    Operand<TFloat32> inputs =
        tf.withName(INPUTS).placeholder(TFloat32.class, Placeholder.shape(rows));
    Operand<TFloat32> answers =
        tf.withName(ANSWERS)
            .placeholder(TFloat32.class, Placeholder.shape(Shape.of(Shape.UNKNOWN_SIZE)));
    InitialValues values = new InitialValues(new TorchRandom(seed));
    values.linear("head", numbers, 1);
    Parameters parameters = Parameters.of(tf, values);
    Linear head = Linear.of(parameters.scope("head"), numbers, 1);
    Operand<TFloat32> logits = tf.reshape(head.apply(inputs), tf.constant(new int[] {-1}));
    Operand<TFloat32> losses = tf.math.sub(tf.math.softplus(logits), tf.math.mul(answers, logits));
    Operand<TFloat32> loss = tf.withName("loss").math.mean(losses, tf.constant(0));
    Operand<TFloat32> predicted =
        tf.dtypes.cast(tf.math.greater(logits, tf.constant(0f)), TFloat32.class);
    Operand<TFloat32> right = tf.dtypes.cast(tf.math.equal(predicted, answers), TFloat32.class);
    Operand<TFloat32> accuracy = tf.withName("accuracy").math.mean(right, tf.constant(0));
    return TaskGraph.classifier(loss, accuracy, logits, parameters.elements());
  }

  @Override
  public Batch batch(Split split, int[] chosen) {
    long stream = split == Split.TRAINING ? 2 * seed : 2 * seed + 1;
    TorchRandom random = new TorchRandom(stream);
    float[] all = random.uniform(examples * numbers, 1);
    float[] inputs = new float[chosen.length * numbers];
    float[] answers = new float[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      float sum = 0;
      for (int k = 0; k < numbers; k++) {
        float number = all[chosen[i] * numbers + k];
        inputs[i * numbers + k] = number;
        sum += number;
      }
      answers[i] = sum > 0 ? 1 : 0;
    }
    return new Batch(
        Map.of(
            INPUTS,
            TFloat32.tensorOf(
                Shape.of(chosen.length, numbers), DataBuffers.of(inputs, true, false)),
            ANSWERS,
            TFloat32.tensorOf(Shape.of(chosen.length), DataBuffers.of(answers, true, false))),
        chosen.length);
  }
}
