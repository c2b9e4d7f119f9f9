package org.grokfast.onnx.graph;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;

/**
 * A tensor of a graph.
 *
 * @param name its name
 * @param type the type of its elements
 */
public record Tensor(String name, DataType type) {}
