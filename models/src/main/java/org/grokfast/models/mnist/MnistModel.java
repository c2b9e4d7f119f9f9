package org.grokfast.models.mnist;

import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.grokfast.models.layers.InitialValues;
import org.grokfast.models.random.TorchRandom;
import org.grokfast.models.task.InputPerturbation;
import org.grokfast.models.task.TaskGraph;
import org.grokfast.models.task.TaskModel;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The perceptron of the reference's {@code main_mnist.py} (GitHub ironjr/grokfast, commit 93b2248):
 * 784-200-200-10 with ReLU, all parameters multiplied at the start, and as loss the mean squared
 * difference from the label's one-hot vector, over images and classes. The reference reports its
 * loss, other than the one it trains on, as a sum over the classes: ten times what is reported
 * here.
 *
 * @param generated whether its data is generated: a self-check, not MNIST
 * @param training the number of training images
 * @param initialScale what the initial parameters are multiplied by
 * @param seed of the initial parameters
 * @param perturbation noise on the pixels in training
 */
record MnistModel(
    boolean generated, int training, double initialScale, long seed, InputPerturbation perturbation)
    implements TaskModel {
  static final String NAME = "mnist";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String title() {
    return generated
        ? "Self-check on generated images, not MNIST"
        : String.format(Locale.ROOT, "MNIST, %,d training images", training);
  }

  @Override
  public SortedMap<String, String> settings() {
    SortedMap<String, String> map = new TreeMap<>();
    map.put("data", generated ? "generated" : "mnist");
    map.put("training", Integer.toString(training));
    map.put("initial-scale", Double.toString(initialScale));
    map.put("seed", Long.toString(seed));
    perturbation.addTo(map);
    return map;
  }

  /** Draws the initial parameters, in the order of the reference. */
  InitialValues draw(TorchRandom random) {
    InitialValues values = new InitialValues(random);
    values.linear("first", Digits.PIXELS, MnistGraph.WIDTH);
    values.linear("second", MnistGraph.WIDTH, MnistGraph.WIDTH);
    values.linear("head", MnistGraph.WIDTH, Digits.CLASSES);
    values.scale(initialScale);
    return values;
  }

  @Override
  public TaskGraph build(Ops tf) {
    return new MnistGraph(tf, draw(new TorchRandom(seed))).outputs();
  }

  /** The graph to train in: with noise on the pixels, if there is to be any. */
  TaskGraph buildForTraining(Ops tf) {
    MnistGraph graph = new MnistGraph(tf, draw(new TorchRandom(seed)));
    return perturbation.isOn() ? graph.trainedWithNoise() : graph.outputs();
  }

  /** A batch of its inputs. */
  static Map<String, Tensor> inputs(float[] pixels, int[] labels) {
    return Map.of(
        MnistGraph.IMAGES,
        TFloat32.tensorOf(
            Shape.of(labels.length, Digits.PIXELS), DataBuffers.of(pixels, true, false)),
        MnistGraph.LABELS,
        TInt32.tensorOf(Shape.of(labels.length), DataBuffers.of(labels, true, false)));
  }
}
