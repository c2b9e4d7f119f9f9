/**
 * Looking at ONNX models and artifacts without changing them: what is in one, and how two differ.
 *
 * <p>Place in the flow: beside the rewriting. Gives plain records to whoever prints them.
 *
 * <p>Limits: nothing is run; what the rules don't see it doesn't either.
 */
package org.grokfast.onnx.inspect;
