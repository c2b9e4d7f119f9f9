package org.grokfast.tensorflow.emit;

import org.grokfast.tensorflow.emit.NodeEmitter.Node;
import org.grokfast.tensorflow.emit.NodeEmitter.Out;
import org.grokfast.tensorflow.graph.Attrs;
import org.grokfast.tensorflow.graph.VariableNode;
import org.tensorflow.proto.DataType;

/**
 * Which rows a sparse gradient is of. A row may occur repeatedly:
 *
 * <pre>
 *   rows         7 3 7     one an occurrence
 *   distinct     7 3
 *   group        0 1 0     where the row stands in distinct
 *   first        1 1 0     whether the row has not occurred before
 * </pre>
 *
 * These integers are left unplaced, as not every device has kernels for them.
 */
final class Occurrences {
  private final NodeEmitter nodes;
  private final String root;
  private final Out rows;
  private final Out distinct;
  private final Out group;
  private final Out count;
  private Out first;

  /**
   * Emits the grouping.
   *
   * @param nodes where nodes go
   * @param root what their names start with
   * @param rows the numbers of the rows
   */
  Occurrences(NodeEmitter nodes, String root, Out rows) {
    this.nodes = nodes;
    this.root = root + "/rows";
    this.rows = rows;
    distinct =
        node("distinct", "Unique")
            .input(rows)
            .attr("T", Attrs.type(rows.type()))
            .attr("out_idx", Attrs.type(DataType.DT_INT64))
            .emit(rows.type());
    group = new Out(distinct.tensor() + ":1", DataType.DT_INT64);
    count = size("count", distinct);
  }

  /** The numbers of the rows, each once. */
  Out distinct() {
    return distinct;
  }

  /** For each distinct row, the sum of its values; placed with the variable. */
  Out sums(Out values, VariableNode variable) {
    return node("sums", "UnsortedSegmentSum")
        .input(values, group, count)
        .with(variable)
        .attr("T", Attrs.type(values.type()))
        .attr("Tindices", Attrs.type(DataType.DT_INT64))
        .attr("Tnumsegments", Attrs.type(DataType.DT_INT64))
        .emit(values.type());
  }

  /** What distinct rows have, for each occurrence; placed with the variable. */
  Out spread(Out values, VariableNode variable) {
    return ofGroup(node("spread", "GatherV2").with(variable), values);
  }

  /** For each occurrence, whether it is the first of its row. */
  Out first() {
    if (first == null) {
      Out position =
          node("position", "Range")
              .input(integer("from", 0), size("occurrences", rows), integer("stride", 1))
              .attr("Tidx", Attrs.type(DataType.DT_INT64))
              .emit(DataType.DT_INT64);
      Out firsts =
          node("firsts", "UnsortedSegmentMin")
              .input(position, group, count)
              .attr("T", Attrs.type(DataType.DT_INT64))
              .attr("Tindices", Attrs.type(DataType.DT_INT64))
              .attr("Tnumsegments", Attrs.type(DataType.DT_INT64))
              .emit(DataType.DT_INT64);
      first =
          node("first", "Equal")
              .input(position, ofGroup(node("first_position", "GatherV2"), firsts))
              .attr("T", Attrs.type(DataType.DT_INT64))
              .emit(DataType.DT_BOOL);
    }
    return first;
  }

  private Out ofGroup(Node gather, Out values) {
    return gather
        .input(values, group, integer("axis", 0))
        .attr("Tparams", Attrs.type(values.type()))
        .attr("Tindices", Attrs.type(DataType.DT_INT64))
        .attr("Taxis", Attrs.type(DataType.DT_INT64))
        .emit(values.type());
  }

  private Out size(String name, Out vector) {
    return node(name, "Size")
        .input(vector)
        .attr("T", Attrs.type(vector.type()))
        .attr("out_type", Attrs.type(DataType.DT_INT64))
        .emit(DataType.DT_INT64);
  }

  private Out integer(String name, long value) {
    return node(name, "Const")
        .attr("dtype", Attrs.type(DataType.DT_INT64))
        .attr("value", Attrs.scalar(value))
        .emit(DataType.DT_INT64);
  }

  private Node node(String name, String op) {
    return nodes.node(root + "/" + name, op);
  }
}
