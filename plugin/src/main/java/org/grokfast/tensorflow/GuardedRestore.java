package org.grokfast.tensorflow;

import java.util.ArrayList;
import java.util.List;
import org.grokfast.tensorflow.NodeEmitter.Out;
import org.tensorflow.proto.DataType;

/**
 * Restores the filter's state from a checkpoint that holds it, and starts the filter afresh, with a
 * line on standard error, from one that was written before the rewriting.
 *
 * <pre>
 *   index = file + ".index"
 *   known = index exists and contains the marker
 *   state ◀─ Merge( RestoreV2(file) if known , initial value if not )
 * </pre>
 *
 * <p>TensorFlow has no op that asks a checkpoint for a name. A checkpoint's index is an
 * uncompressed table of sorted names, of which each is stored without what it has in common with
 * the one before; the marker starts with a character that no other name does, so that it is stored
 * whole.
 */
final class GuardedRestore {
  /** The name under which every checkpoint with state holds one more number. */
  static final String MARKER = "~grokfast.state.v1~";

  /** RE2: any bytes around the marker. */
  private static final String PATTERN = "\\C*~grokfast\\.state\\.v1~\\C*";

  private static final String ROOT = Provenance.ROOT + "/restore/";

  private final NodeEmitter nodes;
  private final List<StateVariable> variables;

  GuardedRestore(NodeEmitter nodes, List<StateVariable> variables) {
    this.nodes = nodes;
    this.variables = variables;
  }

  /**
   * Emits the restoring of all variables.
   *
   * @param prefix the tensor that names the checkpoint
   * @return the node to run
   */
  String emit(String prefix) {
    Out file = new Out(prefix, DataType.DT_STRING);
    Out known = known(file);
    Out[] files = split("file", file, known);
    List<String> names = variables.stream().map(StateVariable::name).toList();
    List<String> slices = names.stream().map(name -> "").toList();
    List<DataType> types = variables.stream().map(variable -> variable.spec().type()).toList();
    String restored =
        nodes
            .node(ROOT + "RestoreV2", "RestoreV2")
            .input(files[1], strings("tensor_names", names), strings("slices", slices))
            .attr("dtypes", Attrs.types(types))
            .emit(types.get(0))
            .tensor();
    String notice = notice(files[0]);
    List<String> assignments = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      Out fromFile = new Out(i == 0 ? restored : restored + ":" + i, types.get(i));
      assignments.add(assign(variables.get(i), fromFile, known, notice).tensor());
    }
    return nodes.node(ROOT + "all", "NoOp").after(assignments).emit(DataType.DT_INVALID).tensor();
  }

  private Out assign(StateVariable variable, Out fromFile, Out known, String notice) {
    DataType type = fromFile.type();
    Out initial =
        nodes
            .node(ROOT + "initial", "Identity")
            .input(split("initial_value", variable.initial(), known)[0])
            .after(List.of(notice))
            .attr("T", Attrs.type(type))
            .emit(type);
    return variable.assign("restore", merge("value", fromFile, initial));
  }

  /** Whether the checkpoint holds state. */
  private Out known(Out file) {
    Out index = join("index", file, string("suffix", ".index"));
    Out found = nodes.node(ROOT + "found", "MatchingFiles").input(index).emit(DataType.DT_STRING);
    Out count =
        nodes
            .node(ROOT + "count", "Size")
            .input(found)
            .attr("T", Attrs.type(DataType.DT_STRING))
            .attr("out_type", Attrs.type(DataType.DT_INT64))
            .emit(DataType.DT_INT64);
    Out zero =
        nodes
            .node(ROOT + "zero", "Const")
            .attr("dtype", Attrs.type(DataType.DT_INT64))
            .attr("value", Attrs.scalar(0L))
            .emit(DataType.DT_INT64);
    Out exists =
        nodes
            .node(ROOT + "exists", "Less")
            .input(zero, count)
            .attr("T", Attrs.type(DataType.DT_INT64))
            .emit(DataType.DT_BOOL);
    Out[] indices = split("existing_index", index, exists);
    Out matches =
        nodes
            .node(ROOT + "matches", "RegexFullMatch")
            .input(
                nodes.node(ROOT + "content", "ReadFile").input(indices[1]).emit(DataType.DT_STRING),
                string("pattern", PATTERN))
            .emit(DataType.DT_BOOL);
    // Without an index the last name is the file's own, which does not match either.
    Out absent =
        nodes
            .node(ROOT + "absent", "RegexFullMatch")
            .input(indices[0], string("nothing", ""))
            .emit(DataType.DT_BOOL);
    return merge("known", matches, absent);
  }

  private String notice(Out file) {
    Out text =
        join(
            "notice_text",
            string("notice_start", "grokfast: checkpoint '"),
            file,
            string("notice_end", "' holds no state of the filter, which starts afresh"));
    return nodes
        .node(ROOT + "notice", "PrintV2")
        .input(text)
        .attr("output_stream", Attrs.string("stderr"))
        .attr("end", Attrs.string("\n"))
        .emit(DataType.DT_INVALID)
        .tensor();
  }

  /** A value in the branch of false and in that of true. */
  private Out[] split(String name, Out value, Out condition) {
    String node =
        nodes
            .node(ROOT + name, "Switch")
            .input(value, condition)
            .attr("T", Attrs.type(value.type()))
            .emit(value.type())
            .tensor();
    return new Out[] {new Out(node, value.type()), new Out(node + ":1", value.type())};
  }

  private Out merge(String name, Out a, Out b) {
    return nodes
        .node(ROOT + name, "Merge")
        .input(a, b)
        .attr("T", Attrs.type(a.type()))
        .attr("N", Attrs.integer(2))
        .emit(a.type());
  }

  private Out join(String name, Out... parts) {
    return nodes
        .node(ROOT + name, "StringJoin")
        .input(parts)
        .attr("N", Attrs.integer(parts.length))
        .attr("separator", Attrs.string(""))
        .emit(DataType.DT_STRING);
  }

  private Out string(String name, String value) {
    return nodes
        .node(ROOT + name, "Const")
        .attr("dtype", Attrs.type(DataType.DT_STRING))
        .attr("value", Attrs.stringScalar(value))
        .emit(DataType.DT_STRING);
  }

  private Out strings(String name, List<String> values) {
    return nodes
        .node(ROOT + name, "Const")
        .attr("dtype", Attrs.type(DataType.DT_STRING))
        .attr("value", Attrs.stringVector(values))
        .emit(DataType.DT_STRING);
  }
}
