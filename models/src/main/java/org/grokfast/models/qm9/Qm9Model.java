package org.grokfast.models.qm9;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.grokfast.models.layers.InitialValues;
import org.grokfast.models.layers.Linear;
import org.grokfast.models.layers.Parameters;
import org.grokfast.models.random.TorchRandom;
import org.grokfast.models.task.TaskGraph;
import org.grokfast.models.task.TaskModel;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Squeeze;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * The network of the reference's {@code main_qm9.py} (GitHub ironjr/grokfast, commit 93b2248): two
 * {@link NnConv} layers 11-32-16, the sum over a molecule's atoms, and a perceptron 16-32-1, with
 * ReLU between them; all parameters multiplied at the start. The loss is the mean squared error of
 * the polarisability, in a₀⁶.
 *
 * @param data what the molecules are: {@code generated}, or a digest of them
 * @param molecules the number of molecules, both splits together
 * @param initialScale what the initial parameters are multiplied by
 * @param seed of the split and the initial parameters
 */
record Qm9Model(String data, int molecules, double initialScale, long seed) implements TaskModel {
  static final String NAME = "qm9";

  /** What {@link #data} is for made-up molecules. */
  static final String GENERATED = "generated";

  static final String ATOMS = "atoms";
  static final String SOURCES = "bond_sources";
  static final String TARGETS = "bond_targets";
  static final String ORDERS = "bond_orders";
  static final String MOLECULES = "molecules";
  static final String POLARISABILITIES = "polarisabilities";

  /** The placeholders that a prediction needs. */
  static final List<String> INPUTS = List.of(ATOMS, SOURCES, TARGETS, ORDERS, MOLECULES);

  private static final int FIRST = 32;
  private static final int SECOND = 16;
  private static final int HIDDEN = 32;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String title() {
    return data.equals(GENERATED)
        ? "Self-check on made-up molecules, not QM9"
        : String.format(Locale.ROOT, "QM9 polarisability, %,d molecules", molecules);
  }

  @Override
  public SortedMap<String, String> settings() {
    SortedMap<String, String> map = new TreeMap<>();
    map.put("data", data);
    map.put("molecules", Integer.toString(molecules));
    map.put("initial-scale", Double.toString(initialScale));
    map.put("seed", Long.toString(seed));
    return map;
  }

  /** The order in which the molecules are dealt out, which the reference draws first. */
  static int[] dealt(TorchRandom random, int molecules) {
    return random.permutation(molecules);
  }

  /** Draws the initial parameters, in the order of the reference. */
  InitialValues draw(TorchRandom random) {
    InitialValues values = new InitialValues(random);
    NnConv.drawEdges(values, "conv1", Molecule.FEATURES, FIRST);
    NnConv.drawEdges(values, "conv2", FIRST, SECOND);
    NnConv.draw(values, "conv1", Molecule.FEATURES, FIRST);
    NnConv.draw(values, "conv2", FIRST, SECOND);
    values.linear("hidden", SECOND, HIDDEN);
    values.linear("head", HIDDEN, 1);
    values.scale(initialScale);
    return values;
  }

  @Override
  public TaskGraph build(Ops tf) {
    Operand<TFloat32> atoms =
        input(tf, ATOMS, TFloat32.class, Shape.of(Shape.UNKNOWN_SIZE, Molecule.FEATURES));
    Operand<TInt32> sources = list(tf, SOURCES);
    Operand<TInt32> targets = list(tf, TARGETS);
    Operand<TInt32> orders = list(tf, ORDERS);
    Operand<TInt32> molecule = list(tf, MOLECULES);
    Operand<TFloat32> wanted =
        input(tf, POLARISABILITIES, TFloat32.class, Shape.of(Shape.UNKNOWN_SIZE));
    TorchRandom random = new TorchRandom(seed);
    dealt(random, molecules);
    Parameters parameters = Parameters.of(tf, draw(random));

    Operand<TInt32> one = tf.constant(1);
    MolecularGraph graph =
        new MolecularGraph(
            sources,
            tf.math.add(tf.math.mul(targets, tf.constant(Bond.ORDERS)), tf.math.sub(orders, one)),
            tf.size(molecule));
    Operand<TFloat32> first =
        tf.nn.relu(
            NnConv.of(parameters.scope("conv1"), Molecule.FEATURES, FIRST).apply(atoms, graph));
    Operand<TFloat32> second =
        tf.nn.relu(NnConv.of(parameters.scope("conv2"), FIRST, SECOND).apply(first, graph));
    Operand<TInt32> count = tf.math.add(tf.reduceMax(molecule, tf.constant(0)), one);
    Operand<TFloat32> pooled = tf.math.unsortedSegmentSum(second, molecule, count);
    Linear hidden = Linear.of(parameters.scope("hidden"), SECOND, HIDDEN);
    Linear head = Linear.of(parameters.scope("head"), HIDDEN, 1);
    Operand<TFloat32> features = tf.nn.relu(hidden.apply(pooled));
    Operand<TFloat32> output = tf.squeeze(head.apply(features), Squeeze.axis(List.of(1L)));
    Operand<TFloat32> loss =
        tf.withName("loss").math.mean(tf.math.squaredDifference(output, wanted), tf.constant(0));
    Map<String, Operand<TFloat32>> layers = new LinkedHashMap<>();
    // Atoms differ in number from molecule to molecule: what they have is summed, as the model
    // does.
    layers.put("conv1", tf.math.unsortedSegmentSum(first, molecule, count));
    layers.put("conv2", pooled);
    layers.put("hidden", features);
    layers.put("head", output);
    return new TaskGraph(loss, loss, Optional.empty(), output, parameters.elements())
        .withLayers(layers);
  }

  private static Operand<TInt32> list(Ops tf, String name) {
    return input(tf, name, TInt32.class, Shape.of(Shape.UNKNOWN_SIZE));
  }

  private static <T extends TType> Operand<T> input(
      Ops tf, String name, Class<T> type, Shape shape) {
    return tf.withName(name).placeholder(type, Placeholder.shape(shape));
  }
}
