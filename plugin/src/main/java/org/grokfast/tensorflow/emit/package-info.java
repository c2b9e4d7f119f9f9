/**
 * Writes nodes: the filter algebra as TensorFlow ops, the state variables of filters and the
 * scalars they share, and the edits that put them into a graph and its functions.
 *
 * <p>Place in the flow: emit. Takes the {@link org.grokfast.rewrite.RewritePlan plan} and gives new
 * nodes and redirected inputs; {@code GraphRewriter} applies them to a GraphDef, {@code live}
 * replays them into a live graph.
 *
 * <p>Limits: state is declared in the main graph, also that of functions. Every reader of a state
 * is an ancestor of its writer.
 */
package org.grokfast.tensorflow.emit;
