/**
 * ONNX models for {@code org.grokfast.rules}: their text, and a session of ONNX Runtime that runs
 * them.
 */
package org.grokfast.onnx.rules;
