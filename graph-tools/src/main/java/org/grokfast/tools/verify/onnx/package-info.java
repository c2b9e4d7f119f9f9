/**
 * Runs an original and a rewritten ONNX training step, or ONNX Runtime's artifacts, and compares
 * them. ONNX Runtime runs in a child process, since a model from a file can crash it.
 *
 * <p>Place in the flow: beside the comparison of TensorFlow graphs, whose child process, inputs and
 * measure it uses.
 */
package org.grokfast.tools.verify.onnx;
