package org.grokfast.tensorflow.emit;

import java.util.Arrays;
import org.grokfast.tensorflow.emit.NodeEmitter.Node;
import org.grokfast.tensorflow.emit.NodeEmitter.Out;
import org.grokfast.tensorflow.graph.Attrs;
import org.tensorflow.proto.DataType;

/**
 * Reads and writes parts of a state variable in place, at the cost of those parts: slots of a ring,
 * rows, rows of slots.
 *
 * <pre>
 *             reference         resource
 *   get       GatherV2          ResourceGather            one index a part
 *   getAt     GatherNd          ResourceGatherNd          a row of indices a part
 *   set       ScatterUpdate     ResourceScatterUpdate
 *   setAt     ScatterNdUpdate   ResourceScatterNdUpdate
 * </pre>
 */
final class StateParts {
  private final StateVariable variable;

  StateParts(StateVariable variable) {
    this.variable = variable;
  }

  /** The parts with these numbers; a scalar gives one part. */
  Out get(String name, Out index) {
    Node node = read(name, variable.isReference() ? "GatherV2" : "ResourceGather", index);
    if (variable.isReference()) {
      Out axis =
          variable
              .node(name + "/axis", "Const")
              .attr("dtype", Attrs.type(DataType.DT_INT64))
              .attr("value", Attrs.scalar(0L))
              .emit(DataType.DT_INT64);
      node.input(axis).attr("Taxis", Attrs.type(DataType.DT_INT64));
    }
    return node.after(variable.ready()).emit(variable.spec().type());
  }

  /** The parts at these places, a matrix of a row a place. */
  Out getAt(String name, Out places) {
    return read(name, variable.isReference() ? "GatherNd" : "ResourceGatherNd", places)
        .after(variable.ready())
        .emit(variable.spec().type());
  }

  /** Writes the parts with these numbers, after {@code readers} have read the variable. */
  Out set(String name, Out index, Out value, Out... readers) {
    boolean reference = variable.isReference();
    return write(name, reference ? "ScatterUpdate" : "ResourceScatterUpdate", index, value)
        .after(Arrays.stream(readers).map(Out::tensor).toList())
        .attr(reference ? "T" : "dtype", Attrs.type(variable.spec().type()))
        .emit(variable.spec().type());
  }

  /** Writes the parts at these places, after {@code readers} have read the variable. */
  Out setAt(String name, Out places, Out value, Out... readers) {
    boolean reference = variable.isReference();
    return write(name, reference ? "ScatterNdUpdate" : "ResourceScatterNdUpdate", places, value)
        .after(Arrays.stream(readers).map(Out::tensor).toList())
        .attr("T", Attrs.type(variable.spec().type()))
        .emit(variable.spec().type());
  }

  private Node read(String name, String op, Out where) {
    return variable
        .node(name, op)
        .input(variable.handle(), where)
        .attr(variable.isReference() ? "Tparams" : "dtype", Attrs.type(variable.spec().type()))
        .attr("Tindices", Attrs.type(where.type()));
  }

  private Node write(String name, String op, Out where, Out value) {
    return variable
        .node(name, op)
        .input(variable.handle(), where, value)
        .attr("Tindices", Attrs.type(where.type()));
  }
}
