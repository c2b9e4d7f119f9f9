package org.grokfast.tensorflow.saver;

import java.util.ArrayList;
import java.util.List;
import org.grokfast.tensorflow.emit.NodeEmitter;
import org.grokfast.tensorflow.emit.NodeEmitter.Out;
import org.grokfast.tensorflow.emit.StateVariable;
import org.grokfast.tensorflow.graph.Attrs;
import org.tensorflow.proto.DataType;

/**
 * Restores the filter's state from a checkpoint that holds it, and starts the filter afresh, with a
 * line on standard error, from one that was written before the rewriting.
 *
 * <pre>
 *   known = the file exists and contains the marker
 *   state ◀─ Merge( RestoreV2(file) if known , initial value if not )
 * </pre>
 */
final class GuardedRestore {
  private final RestoreNodes nodes;
  private final List<StateVariable> variables;
  private final List<SavedSlices.Entry> entries;

  /**
   * Restores state.
   *
   * @param variables what is restored
   * @param entries as what each of them was saved
   */
  GuardedRestore(
      NodeEmitter nodes, List<StateVariable> variables, List<SavedSlices.Entry> entries) {
    this.nodes = new RestoreNodes(nodes);
    this.variables = variables;
    this.entries = entries;
  }

  /**
   * Emits the restoring of all variables.
   *
   * @param prefix the tensor that names the checkpoint
   * @param probe finds out whether the checkpoint holds state
   * @return the node to run
   */
  String emit(String prefix, StateProbe probe) {
    Out file = new Out(prefix, DataType.DT_STRING);
    Out known = probe.emit(file);
    Out[] files = nodes.split("file", file, known);
    List<String> names = entries.stream().map(SavedSlices.Entry::name).toList();
    List<String> slices = entries.stream().map(SavedSlices.Entry::slice).toList();
    List<DataType> types = variables.stream().map(variable -> variable.spec().type()).toList();
    String restored =
        nodes
            .node("RestoreV2", "RestoreV2")
            .input(files[1], nodes.strings("tensor_names", names), nodes.strings("slices", slices))
            .attr("dtypes", Attrs.types(types))
            .emit(types.get(0))
            .tensor();
    String notice = notice(files[0]);
    List<String> assignments = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      Out fromFile = new Out(i == 0 ? restored : restored + ":" + i, types.get(i));
      assignments.add(assign(variables.get(i), fromFile, known, notice).tensor());
    }
    return nodes.node("all", "NoOp").after(assignments).emit(DataType.DT_INVALID).tensor();
  }

  private Out assign(StateVariable variable, Out fromFile, Out known, String notice) {
    DataType type = fromFile.type();
    Out initial =
        nodes
            .node("initial", "Identity")
            .input(nodes.split("initial_value", variable.initial(), known)[0])
            .after(List.of(notice))
            .attr("T", Attrs.type(type))
            .emit(type);
    return variable.assign("restore", nodes.merge("value", fromFile, initial));
  }

  private String notice(Out file) {
    Out text =
        nodes.join(
            "notice_text",
            nodes.string("notice_start", "grokfast: checkpoint '"),
            file,
            nodes.string("notice_end", "' holds no state of the filter, which starts afresh"));
    return nodes
        .node("notice", "PrintV2")
        .input(text)
        .attr("output_stream", Attrs.string("stderr"))
        .attr("end", Attrs.string("\n"))
        .emit(DataType.DT_INVALID)
        .tensor();
  }
}
