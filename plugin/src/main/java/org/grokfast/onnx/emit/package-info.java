/**
 * Writes nodes: the filter algebra as ONNX ops, the scalars that filters share, and the state in
 * the three forms that ONNX training graphs keep it in.
 *
 * <p>Place in the flow: emit. Takes the {@link org.grokfast.rewrite.RewritePlan plan} and gives an
 * edited graph.
 *
 * <p>Limits: ops of opset 11 and above; gradients of float16, bfloat16, float32 and float64.
 */
package org.grokfast.onnx.emit;
