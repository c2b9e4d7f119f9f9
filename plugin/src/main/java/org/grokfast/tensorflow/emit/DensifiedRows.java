package org.grokfast.tensorflow.emit;

import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.emit.NodeEmitter.Out;
import org.grokfast.tensorflow.graph.Attrs;
import org.grokfast.tensorflow.graph.DataTypes;
import org.grokfast.tensorflow.graph.Provenance;
import org.grokfast.tensorflow.graph.VariableNode;
import org.tensorflow.proto.DataType;

/**
 * A sparse gradient as a dense one: the values of equal rows summed, and zero where none is; for
 * the update, the numbers of all rows.
 */
final class DensifiedRows {
  private final NodeEmitter nodes;
  private final UpdateSite site;
  private final UpdateSite.Rows rows;
  private final String prefix;

  DensifiedRows(NodeEmitter nodes, UpdateSite site, String prefix) {
    this.nodes = nodes;
    this.site = site;
    this.rows = site.rows().orElseThrow();
    this.prefix = prefix;
    long count = site.variable().shape().get(0);
    if (!rows.wide() && count > Integer.MAX_VALUE) {
      throw new GraphRewriteException(
          "variable '"
              + site.variable().name()
              + "' has "
              + count
              + " rows, which are not all named by the row numbers of 32 bits that its update"
              + " takes; sparse=densify would update every row: choose sparse=lazy, or exclude it");
    }
  }

  /** The dense gradient. */
  Out sums(VariableNode variable) {
    DataType type = DataTypes.of(site.variable().precision());
    return nodes
        .node(prefix + InsertedNames.DENSE, "UnsortedSegmentSum")
        .input(new Out(site.gradient(), type), new Out(rows.indices(), rows(site).type()))
        .input(rowCount(prefix + InsertedNames.DENSE))
        .with(variable)
        .attr("T", Attrs.type(type))
        .attr("Tindices", Attrs.type(rows(site).type()))
        .attr("Tnumsegments", Attrs.type(DataType.DT_INT64))
        .emit(type);
  }

  /** The numbers of all rows. */
  Out all() {
    String name = prefix + "/all_rows";
    Out range =
        nodes
            .node(name + "/range", "Range")
            .input(integer(name + "/first", 0), rowCount(name), integer(name + "/stride", 1))
            .attr("Tidx", Attrs.type(DataType.DT_INT64))
            .emit(DataType.DT_INT64);
    DataType indexType = rows(site).type();
    return nodes
        .node(name, "Cast")
        .input(range)
        .attr("SrcT", Attrs.type(DataType.DT_INT64))
        .attr("DstT", Attrs.type(indexType))
        .attr(Provenance.REPLACES, Attrs.string(rows.indices()))
        .emit(indexType);
  }

  /** The numbers of a sparse gradient's rows. */
  static Out rows(UpdateSite site) {
    UpdateSite.Rows rows = site.rows().orElseThrow();
    return new Out(rows.indices(), rows.wide() ? DataType.DT_INT64 : DataType.DT_INT32);
  }

  private Out rowCount(String name) {
    return integer(name + "/rows", site.variable().shape().get(0));
  }

  private Out integer(String name, long value) {
    return nodes
        .node(name, "Const")
        .attr("dtype", Attrs.type(DataType.DT_INT64))
        .attr("value", Attrs.scalar(value))
        .emit(DataType.DT_INT64);
  }
}
