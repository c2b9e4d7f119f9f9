package org.grokfast.models.analysis.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * The nodes of a Hessian–vector product, the gradient of ⟨gradient, v⟩ (Pearlmutter 1994): a
 * placeholder for v and a product a variable.
 *
 * @param vector the placeholders
 * @param products the products; empty if an operation has no gradient of its gradient
 */
record HessianNodes(List<Placeholder<TFloat32>> vector, List<Output<?>> products) {

  HessianNodes {
    vector = List.copyOf(vector);
    products = List.copyOf(products);
  }

  static HessianNodes add(
      Graph graph, Ops tf, List<Output<TFloat32>> variables, List<Output<?>> gradients) {
    SecondGradients.register();
    List<Placeholder<TFloat32>> vector = new ArrayList<>();
    List<Operand<TFloat32>> terms = new ArrayList<>();
    for (int i = 0; i < variables.size(); i++) {
      Placeholder<TFloat32> part =
          tf.withSubScope("vector")
              .placeholder(TFloat32.class, Placeholder.shape(variables.get(i).shape()));
      vector.add(part);
      int[] axes = IntStream.range(0, variables.get(i).shape().numDimensions()).toArray();
      terms.add(
          tf.sum(tf.math.mul(gradients.get(i).expect(TFloat32.class), part), tf.constant(axes)));
    }
    try {
      Output<?>[] products =
          graph.addGradients(
              "analysis/hessian",
              new Output<?>[] {tf.math.addN(terms).asOutput()},
              variables.toArray(new Output<?>[0]),
              null);
      return new HessianNodes(vector, List.of(products));
    } catch (TensorFlowException e) {
      return new HessianNodes(vector, List.of());
    }
  }

  boolean exact() {
    return !products.isEmpty();
  }

  void feed(Session.Runner runner, TensorList parts) {
    for (int i = 0; i < vector.size(); i++) {
      runner.feed(vector.get(i), parts.get(i));
    }
  }
}
