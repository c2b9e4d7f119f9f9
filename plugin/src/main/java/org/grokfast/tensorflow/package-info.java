/**
 * TensorFlow graphs: the index and the rules that find gradients, the emitter that carries out a
 * plan, and the ways in: GraphDef, live graph, optimizer.
 *
 * <p>Place in the flow: read ({@code TrainingGraph}), find ({@code SiteRule}), plan ({@code
 * org.grokfast.rewrite}), emit ({@code FilterEmitter}, {@code TensorFlowOps}), then either a new
 * GraphDef ({@link org.grokfast.tensorflow.GrokfastPass}) or nodes replayed into a live graph.
 * {@link org.grokfast.tensorflow.StripPass} goes the other way.
 *
 * <p>Limits: updates in the main graph by dense {@code Apply*} and {@code ResourceApply*} ops. What
 * works on protos alone never loads TensorFlow's native library; live graphs do.
 */
package org.grokfast.tensorflow;
