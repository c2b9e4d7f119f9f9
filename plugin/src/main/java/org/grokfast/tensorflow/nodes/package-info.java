/**
 * Nodes of a graph, of which not all need exist as messages at once: protobuf-java holds a parsed
 * graph in some thirteen times the space of its file.
 */
package org.grokfast.tensorflow.nodes;
