/**
 * Runs an original and a rewritten ONNX training step, or ONNX Runtime's artifacts, and compares
 * them.
 *
 * <p>Place in the flow: beside the comparison of TensorFlow graphs, with which it shares the child
 * process, the inputs and the measure. A plan is made from the models alone, the child process
 * carries it out, and only there is ONNX Runtime loaded.
 *
 * <p>Limits: artifacts and optimizer nodes need an ONNX Runtime with training kernels, which the
 * user provides.
 */
package org.grokfast.tools.verify.onnx;
