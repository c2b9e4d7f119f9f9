package org.grokfast.models.layers;

import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Told what a model's layers give, as the model is built. */
@FunctionalInterface
public interface LayerListener {
  /** Tells nobody. */
  LayerListener NONE = (name, features) -> {};

  /**
   * Called for each layer, in the order of the model.
   *
   * @param name the layer's, that of its parameters' scope if it has parameters
   * @param features what it gives, behind its activation; the first dimension is the batch, or goes
   *     through one example after the other
   */
  void onLayer(String name, Operand<TFloat32> features);

  /** A listener for the layers below a scope. */
  default LayerListener below(String scope) {
    return (name, features) -> onLayer(name.isEmpty() ? scope : scope + "/" + name, features);
  }
}
