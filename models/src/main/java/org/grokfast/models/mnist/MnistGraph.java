package org.grokfast.models.mnist;

import java.util.LinkedHashMap;
import java.util.Map;
import org.grokfast.models.layers.InitialValues;
import org.grokfast.models.layers.LayerListener;
import org.grokfast.models.layers.Linear;
import org.grokfast.models.layers.Parameters;
import org.grokfast.models.task.InputPerturbation;
import org.grokfast.models.task.TaskGraph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The perceptron in a graph, with its inputs, its loss and its accuracy. */
final class MnistGraph {
  static final String IMAGES = "images";
  static final String LABELS = "labels";

  /** Of the hidden layers. */
  static final int WIDTH = 200;

  private final Ops tf;
  private final Operand<TFloat32> images;
  private final Operand<TInt32> labels;
  private final Linear first;
  private final Linear second;
  private final Linear head;
  private final Operand<TFloat32> hot;
  private final TaskGraph outputs;

  MnistGraph(Ops tf, InitialValues values) {
    this.tf = tf;
    images =
        tf.withName(IMAGES)
            .placeholder(
                TFloat32.class, Placeholder.shape(Shape.of(Shape.UNKNOWN_SIZE, Digits.PIXELS)));
    labels =
        tf.withName(LABELS)
            .placeholder(TInt32.class, Placeholder.shape(Shape.of(Shape.UNKNOWN_SIZE)));
    Parameters parameters = Parameters.of(tf, values);
    first = Linear.of(parameters.scope("first"), Digits.PIXELS, WIDTH);
    second = Linear.of(parameters.scope("second"), WIDTH, WIDTH);
    head = Linear.of(parameters.scope("head"), WIDTH, Digits.CLASSES);
    Map<String, Operand<TFloat32>> layers = new LinkedHashMap<>();
    Operand<TFloat32> logits = logits(images, layers::put);
    hot = tf.oneHot(labels, tf.constant(Digits.CLASSES), tf.constant(1f), tf.constant(0f));
    outputs =
        TaskGraph.classifier(loss(logits), accuracy(logits), logits, parameters.elements())
            .withLayers(layers);
  }

  private Operand<TFloat32> logits(Operand<TFloat32> pixels, LayerListener layers) {
    Operand<TFloat32> below = tf.nn.relu(first.apply(pixels));
    Operand<TFloat32> above = tf.nn.relu(second.apply(below));
    Operand<TFloat32> logits = head.apply(above);
    layers.onLayer("first", below);
    layers.onLayer("second", above);
    layers.onLayer("head", logits);
    return logits;
  }

  private Operand<TFloat32> loss(Operand<TFloat32> logits) {
    return tf.withName("loss")
        .math
        .mean(tf.math.squaredDifference(logits, hot), tf.constant(new int[] {0, 1}));
  }

  private Operand<TFloat32> accuracy(Operand<TFloat32> logits) {
    Operand<TInt32> predicted = tf.math.argMax(logits, tf.constant(1), TInt32.class);
    Operand<TFloat32> right = tf.dtypes.cast(tf.math.equal(predicted, labels), TFloat32.class);
    return tf.withName("accuracy").math.mean(right, tf.constant(0));
  }

  /** Those of the images as they are. */
  TaskGraph outputs() {
    return outputs;
  }

  /** The same but for updates, which see the images with noise. */
  TaskGraph trainedWithNoise() {
    Operand<TFloat32> noise = InputPerturbation.noise(tf, tf.shape(images));
    Operand<TFloat32> logits = logits(tf.math.add(images, noise), LayerListener.NONE);
    return outputs.trainedBy(loss(logits), accuracy(logits));
  }
}
