/**
 * Filters in a graph that a program has built or loaded: the wrapper of a train op, the optimizer
 * that sees filtered gradients, and the replay of emitted nodes into an {@code
 * org.tensorflow.Graph}.
 *
 * <p>Place in the flow: the end of emit. Nodes are emitted as protos, as for files, and then added
 * to the live graph, so that there is one emitter.
 *
 * <p>Limits: loads TensorFlow's native library. A live graph can only grow: nodes and functions are
 * added and copied, never changed.
 */
package org.grokfast.tensorflow.live;
