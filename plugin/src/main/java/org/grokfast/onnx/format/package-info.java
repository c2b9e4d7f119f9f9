/**
 * ONNX as a graph format: models and folders of ONNX Runtime's artifacts are recognised and read,
 * and what the command line does with a graph is done by the passes of {@code org.grokfast.onnx}.
 *
 * <p>Place in the flow: on top of the other ONNX packages. It is listed in {@code
 * META-INF/services}, and nothing imports it but what runs a step.
 *
 * <p>Limits: no pictures, and no part for inference: the eval model is exported by who made the
 * training model.
 */
package org.grokfast.onnx.format;
