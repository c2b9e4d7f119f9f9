/**
 * Find and plan: where gradients reach optimizers, which filter goes where, and what is reported
 * about a graph: {@link org.grokfast.rewrite.RewriteReport} of a rewrite, {@link
 * org.grokfast.rewrite.Inspection} of what is in it, {@link org.grokfast.rewrite.GraphDiff} of two.
 *
 * <p>Place in the flow: between a format's index of a graph, whose rules produce {@link
 * org.grokfast.rewrite.Finding findings}, and a format's emitter, which carries out the {@link
 * org.grokfast.rewrite.RewritePlan plan}. Knows no graph format: variables, tensors and nodes are
 * names.
 *
 * <p>Limits: a plan is made for one graph at a time and holds no reference to it.
 */
package org.grokfast.rewrite;
