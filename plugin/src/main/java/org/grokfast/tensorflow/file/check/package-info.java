/**
 * The checks of a graph that comes from elsewhere: names, inputs, cycles, shapes, attributes, the
 * function library.
 *
 * <p>Place in the flow: read; {@code org.grokfast.tensorflow.file.GraphValidator} runs them before
 * anything else sees the graph.
 *
 * <p>Limits: no op definitions, so the number and the types of inputs are not checked.
 */
package org.grokfast.tensorflow.file.check;
