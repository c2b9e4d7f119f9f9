package org.grokfast.models.qm9;

import org.grokfast.models.layers.InitialValues;
import org.grokfast.models.layers.Linear;
import org.grokfast.models.layers.Parameters;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Continuous kernel-based convolution (Gilmer et al. 2017, arXiv 1704.01212), as {@code
 * torch_geometric.nn.NNConv}: x'ᵢ = W·xᵢ + b + Σⱼ h(eⱼᵢ)·xⱼ over the neighbours j of i. The edge
 * network h is a perceptron 4-32-inputs·outputs with ReLU.
 *
 * <p>An edge feature here is a one-hot bond order, so h has only four values. They are computed
 * once, and not for every bond; the neighbours are summed for each order before they are
 * multiplied. That is the same function.
 */
final class NnConv {
  private static final int EDGE_WIDTH = 32;

  private final Ops tf;
  private final Linear edgeHidden;
  private final Linear edgeOut;
  private final Linear root;
  private final int inputs;
  private final int outputs;

  private NnConv(Parameters parameters, int inputs, int outputs) {
    this.inputs = inputs;
    this.outputs = outputs;
    tf = parameters.tf();
    edgeHidden = Linear.of(parameters.scope("edge_hidden"), Bond.ORDERS, EDGE_WIDTH);
    edgeOut = Linear.of(parameters.scope("edge_out"), EDGE_WIDTH, inputs * outputs);
    Parameters rootParameters = parameters.scope("root");
    root =
        new Linear(
            rootParameters.tf(),
            rootParameters.drawn("weight", Shape.of(inputs, outputs)),
            rootParameters.constant("bias", Shape.of(outputs), 0));
  }

  /** A layer whose initial values were drawn below the name of {@code parameters}. */
  static NnConv of(Parameters parameters, int inputs, int outputs) {
    return new NnConv(parameters, inputs, outputs);
  }

  /** Draws an edge network, as the reference's constructor of {@code torch.nn.Sequential} does. */
  static void drawEdges(InitialValues values, String name, int inputs, int outputs) {
    values.linear(name + "/edge_hidden", Bond.ORDERS, EDGE_WIDTH);
    values.linear(name + "/edge_out", EDGE_WIDTH, inputs * outputs);
  }

  /** Draws what {@code NNConv}'s constructor does: the root twice, the edge network anew. */
  static void draw(InitialValues values, String name, int inputs, int outputs) {
    values.linearWithoutBias(name + "/root", inputs, outputs);
    drawEdges(values, name, inputs, outputs);
    values.linearWithoutBias(name + "/root", inputs, outputs);
  }

  /**
   * Applies the layer.
   *
   * @param x of shape [atoms, inputs]
   * @return of shape [atoms, outputs]
   */
  Operand<TFloat32> apply(Operand<TFloat32> x, MolecularGraph graph) {
    Operand<TFloat32> orders =
        tf.constant(new float[][] {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}});
    Operand<TFloat32> kernels = edgeOut.apply(tf.nn.relu(edgeHidden.apply(orders)));
    Operand<TFloat32> kernel =
        tf.reshape(kernels, tf.constant(new int[] {Bond.ORDERS * inputs, outputs}));
    Operand<TFloat32> messages = tf.linalg.matMul(graph.neighbourSums(tf, x, inputs), kernel);
    return tf.math.add(root.apply(x), messages);
  }
}
