/**
 * TensorFlow graphs: the index and the rules that find gradients, the emitter that carries out a
 * plan, and the ways in: GraphDef, live graph, optimizer.
 *
 * <p>Place in the flow: read ({@code TrainingGraph}), find ({@code SiteRule}), plan ({@code
 * org.grokfast.rewrite}), emit ({@code FilterEmitter}, {@code TensorFlowOps}), then either a new
 * GraphDef ({@link org.grokfast.tensorflow.GraphRewriter}) or nodes replayed into a live graph.
 * {@link org.grokfast.tensorflow.FilterStripper} goes the other way.
 *
 * <p>Functions are rewritten in place: {@code FunctionView} shows a body as a graph, {@code
 * FunctionBodies} says which variables its arguments are, and {@code StateVariable} is declared in
 * the main graph and reached from functions by its shared name.
 *
 * <p>Limits: no updates in the frames of TensorFlow 1 loops, in code that XLA compiles, and in
 * functions that are called with different variables. What works on protos alone never loads
 * TensorFlow's native library; live graphs do.
 */
package org.grokfast.tensorflow;
