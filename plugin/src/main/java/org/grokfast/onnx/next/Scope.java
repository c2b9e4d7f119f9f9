package org.grokfast.onnx.next;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where a name means a tensor: a graph, a body in it, or a function's body at one of its calls. */
final class Scope {
  private final Scope outer;
  private final boolean seesOutside;
  private final Map<String, NodeProto> makers = new HashMap<>();
  private final Map<String, String> given = new HashMap<>();
  private final IdentityHashMap<Object, IdentityHashMap<NodeProto, Scope>> bodies =
      new IdentityHashMap<>();

  private Scope(
      Scope outer,
      boolean seesOutside,
      List<NodeProto> nodes,
      List<String> names,
      List<String> inputs) {
    this.outer = outer;
    this.seesOutside = seesOutside;
    nodes.forEach(node -> node.getOutputList().forEach(output -> makers.put(output, node)));
    for (int i = 0; i < names.size(); i++) {
      given.put(names.get(i), i < inputs.size() ? inputs.get(i) : "");
    }
  }

  static Scope of(GraphProto graph) {
    return new Scope(null, false, graph.getNodeList(), List.of(), List.of());
  }

  /** The scope around this one. */
  Scope outer() {
    return outer;
  }

  /** The node that makes a tensor; empty for what is given. */
  Optional<NodeProto> maker(String tensor) {
    return Optional.ofNullable(makers.get(tensor));
  }

  /** What a given tensor is called around this scope; nothing where it isn't from there. */
  Optional<String> outside(String tensor) {
    return Optional.ofNullable(given.getOrDefault(tensor, seesOutside ? tensor : null));
  }

  /**
   * The scope of a body.
   *
   * @param inputs what its inputs are called here
   */
  Scope body(NodeProto node, GraphProto body, List<String> inputs) {
    List<String> names = body.getInputList().stream().map(ValueInfoProto::getName).toList();
    return bodies
        .computeIfAbsent(body, key -> new IdentityHashMap<>())
        .computeIfAbsent(node, key -> new Scope(this, true, body.getNodeList(), names, inputs));
  }

  /** The scope of a function that a node calls. */
  Scope body(NodeProto node, FunctionProto function, List<String> inputs) {
    return bodies
        .computeIfAbsent(function, key -> new IdentityHashMap<>())
        .computeIfAbsent(
            node,
            key -> new Scope(this, false, function.getNodeList(), function.getInputList(), inputs));
  }
}
