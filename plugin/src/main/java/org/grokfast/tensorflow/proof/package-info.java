/**
 * What the proof needs to know of a TensorFlow graph: which tensors the loss may be, and what a
 * filtered tensor is made from.
 *
 * <p>Place in the flow: beside it. {@code org.grokfast.proof} has the mathematics; {@code verify}
 * and {@code org.grokfast.tensorflow.live} run the graphs.
 *
 * <p>Limits: reads messages alone, but for {@code Values}, which needs TensorFlow's native library.
 */
package org.grokfast.tensorflow.proof;
