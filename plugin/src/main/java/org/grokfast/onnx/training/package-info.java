/**
 * Training from Java with ONNX Runtime.
 *
 * <p>Place in the flow: behind everything else, and used by nothing else of the library. This is
 * the one package that needs {@code com.microsoft.onnxruntime:onnxruntime}, an optional dependency
 * that a program brings along; reading, rewriting and writing of models works without.
 *
 * <p>Limits: models whose whole step is one graph. ONNX Runtime's artifacts are trained with its
 * own {@code OrtTrainingSession}, which needs no change; {@code training_info} is not run by ONNX
 * Runtime.
 */
package org.grokfast.onnx.training;
