/**
 * How values flow through a whole program, with all function calls inlined, and what is decided on
 * that: which tensors belong to the model, to its gradients and to the optimizer, where an update
 * expression starts, and which rows a sparse gradient is of.
 *
 * <p>Place in the flow: below the rules of {@code org.grokfast.tensorflow.find}, which use it for
 * optimizers that are written in plain ops. Names play no part in it.
 *
 * <p>Limits: a fixed bound on the number of inlined instances; the bodies of TensorFlow 1 loops are
 * followed, but are no place for an update.
 */
package org.grokfast.tensorflow.find.flow;
