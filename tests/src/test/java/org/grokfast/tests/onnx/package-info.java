/** ONNX models, rewritten and run: every form against the filters on plain arrays. */
package org.grokfast.tests.onnx;
