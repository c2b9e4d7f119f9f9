/**
 * Reads the index of a TensorFlow checkpoint (format V2): which tensors it holds, of which type,
 * shape and size.
 *
 * <p>Place in the flow: beside the flow, for the listing of checkpoints. Knows no graph.
 *
 * <p>Limits: the values are not read.
 */
package org.grokfast.tensorflow.checkpoint;
