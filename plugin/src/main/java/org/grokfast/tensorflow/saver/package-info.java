/**
 * Makes a graph's initializers and savers serve the filters' state too, and lets checkpoints from
 * before the rewriting be restored.
 *
 * <p>Place in the flow: emit, after the filters: it extends what {@code
 * org.grokfast.tensorflow.emit} has built.
 *
 * <p>Limits: TensorFlow 1 savers, version 1 and 2; the object-based checkpoints of TensorFlow 2
 * programs are written by the program, not by the graph.
 */
package org.grokfast.tensorflow.saver;
