/**
 * How next values are made of old ones: the terms of a sum with their factors, and the rules other
 * than a gradient by which a value changes.
 *
 * <p>Place in the flow: find. Reads the index of {@code org.grokfast.onnx.graph}; {@code find} and
 * {@code cover} ask it.
 *
 * <p>Limits: factors that are fed are unknown.
 */
package org.grokfast.onnx.next;
