/**
 * The rules that find where gradients reach the update of a parameter: one class for each form of
 * training step.
 *
 * <p>Place in the flow: find. A rule reads the index of {@code org.grokfast.onnx.graph} and returns
 * an {@link org.grokfast.rewrite.UpdateSite}, or a {@link org.grokfast.rewrite.NearMiss} with the
 * reason.
 *
 * <p>Limits: main graphs and the algorithms of {@code training_info}; no bodies of If, Loop or
 * functions.
 */
package org.grokfast.onnx.find;
