/**
 * Pictures of the changed parts of a graph, as SVG or in Graphviz's language.
 *
 * <p>Place in the flow: below the verbs, which choose the graphs and write the files.
 *
 * <p>Limits: neighbourhoods of a few dozen nodes, laid out in layers; no picture of a whole graph.
 */
package org.grokfast.tools.picture;
