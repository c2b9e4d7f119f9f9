/**
 * What a training step of an ONNX model is made of: which outputs are next values of which inputs,
 * what parameters, states, rates and optimizer nodes there are, and where the gradient of a
 * parameter ends and the arithmetic of its update begins.
 *
 * <p>Place in the flow: on the index of {@code org.grokfast.onnx.graph} and what {@code
 * org.grokfast.onnx.next} knows of next values; below the rules of {@code org.grokfast.onnx.find}.
 *
 * <p>Limits: main graphs and the algorithms of {@code training_info}; bodies of If, Loop and
 * functions are looked into, but nothing is found there.
 */
package org.grokfast.onnx.find.step;
