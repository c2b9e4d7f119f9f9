package org.grokfast.models.training;

import java.util.Arrays;
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

/** A linear model that has to learn that the answer to 1 is 2. Right is what is above 1.5. */
public final class ConstantTask implements Task {
  @Override
  public String name() {
    return "constant";
  }

  @Override
  public String title() {
    return "A constant";
  }

  @Override
  public SortedMap<String, String> settings() {
    return new TreeMap<>();
  }

  @Override
  public int examples(Split split) {
    return 32;
  }

  @Override
  public TaskGraph build(Ops tf) {
    Placeholder<TFloat32> ones =
        tf.withName("ones").placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, 1)));
    InitialValues values = new InitialValues(new TorchRandom(1));
    values.linear("linear", 1, 1);
    Parameters parameters = Parameters.of(tf, values);
    Operand<TFloat32> output = Linear.of(parameters.scope("linear"), 1, 1).apply(ones);
    Operand<TFloat32> error = tf.math.squaredDifference(output, tf.constant(2f));
    Operand<TFloat32> right =
        tf.dtypes.cast(tf.math.greater(output, tf.constant(1.5f)), TFloat32.class);
    return TaskGraph.classifier(
        tf.math.mean(error, tf.array(0, 1)),
        tf.math.mean(right, tf.array(0, 1)),
        output,
        parameters.elements());
  }

  @Override
  public Batch batch(Split split, int[] examples) {
    float[] ones = new float[examples.length];
    Arrays.fill(ones, 1);
    Shape shape = Shape.of(examples.length, 1);
    return new Batch(
        Map.of("ones", TFloat32.tensorOf(shape, DataBuffers.of(ones))), examples.length);
  }
}
