/**
 * What any directed graph needs: adjacency lists, a stack of vertices, dominators, and names that
 * are not taken yet.
 *
 * <p>Place in the flow: below everything. The indexes of TensorFlow and ONNX graphs are built on
 * it; vertices are numbers, so it knows no node, tensor or format.
 *
 * <p>Limits: at most 2<sup>31</sup> − 1 vertices and edges.
 */
package org.grokfast.graph;
