/**
 * An ONNX graph as an index: producers and consumers of tensors, types and shapes as far as they
 * are stated or common ops give them, names, opsets, and the metadata that marks inserted nodes and
 * lists the filters' state.
 *
 * <p>Place in the flow: read. {@code find} and {@code emit} ask it; it changes nothing.
 *
 * <p>Limits: expects a validated model. Shape inference covers most ops of the default domain, but
 * looks into no function; everything else is unknown.
 */
package org.grokfast.onnx.graph;
