package org.grokfast.rewrite;

/**
 * An input through which an optimizer takes a gradient.
 *
 * @param node the node that takes it
 * @param input the index of the input among the node's inputs
 */
public record GradientEdge(String node, int input) {}
