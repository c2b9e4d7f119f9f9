package org.grokfast.tensorflow.saver;

import java.util.List;
import org.grokfast.tensorflow.emit.NodeEmitter;
import org.grokfast.tensorflow.emit.NodeEmitter.Node;
import org.grokfast.tensorflow.emit.NodeEmitter.Out;
import org.grokfast.tensorflow.graph.Attrs;
import org.grokfast.tensorflow.graph.Provenance;
import org.tensorflow.proto.DataType;

/** The small nodes of which the restoring of state is made. */
final class RestoreNodes {
  private static final String ROOT = Provenance.ROOT + "/restore/";

  private final NodeEmitter nodes;

  RestoreNodes(NodeEmitter nodes) {
    this.nodes = nodes;
  }

  /** Starts a node. */
  Node node(String name, String op) {
    return nodes.node(ROOT + name, op);
  }

  /** A value in the branch of false and in that of true. */
  Out[] split(String name, Out value, Out condition) {
    String node =
        node(name, "Switch")
            .input(value, condition)
            .attr("T", Attrs.type(value.type()))
            .emit(value.type())
            .tensor();
    return new Out[] {new Out(node, value.type()), new Out(node + ":1", value.type())};
  }

  Out merge(String name, Out a, Out b) {
    return node(name, "Merge")
        .input(a, b)
        .attr("T", Attrs.type(a.type()))
        .attr("N", Attrs.integer(2))
        .emit(a.type());
  }

  Out join(String name, Out... parts) {
    return node(name, "StringJoin")
        .input(parts)
        .attr("N", Attrs.integer(parts.length))
        .attr("separator", Attrs.string(""))
        .emit(DataType.DT_STRING);
  }

  Out string(String name, String value) {
    return node(name, "Const")
        .attr("dtype", Attrs.type(DataType.DT_STRING))
        .attr("value", Attrs.stringScalar(value))
        .emit(DataType.DT_STRING);
  }

  Out strings(String name, List<String> values) {
    return node(name, "Const")
        .attr("dtype", Attrs.type(DataType.DT_STRING))
        .attr("value", Attrs.stringVector(values))
        .emit(DataType.DT_STRING);
  }

  /** An integer constant. */
  Out integer(String name, long value) {
    return node(name, "Const")
        .attr("dtype", Attrs.type(DataType.DT_INT64))
        .attr("value", Attrs.scalar(value))
        .emit(DataType.DT_INT64);
  }
}
