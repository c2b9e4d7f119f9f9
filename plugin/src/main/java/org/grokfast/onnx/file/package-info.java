/**
 * Reading, checking and writing of ONNX models.
 *
 * <p>Place in the flow: the first and the last step. {@link org.grokfast.onnx.file.OnnxReader}
 * turns a path, a stream or bytes into an {@link org.grokfast.onnx.file.OnnxFile}; {@link
 * org.grokfast.onnx.file.OnnxValidator} checks what came from elsewhere; {@link
 * org.grokfast.onnx.file.OnnxWriter} puts the result in its place in one step.
 *
 * <p>Limits: one message is at most 2 GiB, as protobuf has it. Larger tensors lie in files beside
 * the model; they are never loaded, only kept in reach. Models in ONNX Runtime's own format ({@code
 * .ort}) are recognised and refused. No op definitions are known here: arity and types of inputs
 * are not checked.
 */
package org.grokfast.onnx.file;
