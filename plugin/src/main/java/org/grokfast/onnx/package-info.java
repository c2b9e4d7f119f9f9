/**
 * The ONNX forms of a training step: the index of a graph, the rules that find where gradients
 * reach an update, the emitter of filter nodes, strip, diff and inspection.
 *
 * <p>Place in the flow: beside {@code org.grokfast.tensorflow}, over {@code rewrite} and {@code
 * filter}; files come and go through {@code org.grokfast.onnx.file}.
 *
 * <p>Limits: no ONNX runtime is loaded here. Gradients have to be visible in the main graph, or in
 * the algorithm of a {@code training_info}: those inside the bodies of If and Loop or of functions
 * can't be tapped.
 */
package org.grokfast.onnx;
