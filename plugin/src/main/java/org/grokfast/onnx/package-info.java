/**
 * What a user of the library calls for ONNX: {@link org.grokfast.onnx.OnnxRewriter} and {@link
 * org.grokfast.onnx.ArtifactsRewriter} insert a filter into a model or into the artifacts of ONNX
 * Runtime's on-device training, {@link org.grokfast.onnx.OnnxStripper} removes it.
 *
 * <p>Place in the flow: beside {@code org.grokfast.tensorflow}, on top of the packages below it,
 * one for each step: {@code file} reads, {@code graph} indexes, {@code find} finds the gradients,
 * {@code org.grokfast.rewrite} plans, {@code emit} writes nodes. {@code inspect} only looks; {@code
 * training} runs a step.
 *
 * <p>Limits: only {@code training} loads ONNX Runtime. Gradients have to be visible in the main
 * graph, or in the algorithm of a {@code training_info}: those inside the bodies of If and Loop or
 * of functions can't be tapped.
 */
package org.grokfast.onnx;
