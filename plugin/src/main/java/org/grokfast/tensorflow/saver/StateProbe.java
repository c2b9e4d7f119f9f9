package org.grokfast.tensorflow.saver;

import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.grokfast.tensorflow.emit.NodeEmitter;
import org.grokfast.tensorflow.emit.NodeEmitter.Out;
import org.grokfast.tensorflow.graph.Attrs;
import org.tensorflow.proto.DataType;

/**
 * Finds out whether a checkpoint holds state, by the {@linkplain CheckpointMarker marker} in it.
 *
 * <pre>
 *   V2:  files = MatchingFiles(prefix + ".index")
 *   V1:  files = MatchingFiles(prefix)              those of the shard that holds the state
 *   known = Merge( RegexFullMatch(ReadFile(files[0]), marker) if there is one , false if not )
 * </pre>
 */
final class StateProbe {
  private final RestoreNodes nodes;
  private final SaveForm form;
  private final OptionalLong shard;
  private final String pattern;

  /**
   * A probe of the checkpoints that an op writes.
   *
   * @param nodes where nodes go
   * @param form the op
   * @param shard the number of the file that holds the state, where there are several
   */
  StateProbe(NodeEmitter nodes, SaveForm form, OptionalLong shard) {
    this(
        nodes,
        form,
        shard,
        form == SaveForm.V2 ? CheckpointMarker.V2_PATTERN : CheckpointMarker.V1_PATTERN);
  }

  private StateProbe(NodeEmitter nodes, SaveForm form, OptionalLong shard, String pattern) {
    this.nodes = new RestoreNodes(nodes);
    this.form = form;
    this.shard = shard;
    this.pattern = pattern;
  }

  /**
   * A probe of checkpoints of the V2 format that may have been written without the marker: by the
   * saver that TensorFlow Java adds to a graph.
   *
   * @param nodes where nodes go
   * @param state the names of the state
   */
  static StateProbe unmarked(NodeEmitter nodes, List<String> state) {
    return new StateProbe(
        nodes, SaveForm.V2, OptionalLong.empty(), CheckpointMarker.v2Pattern(state));
  }

  /**
   * Emits the finding out.
   *
   * @param prefix what the restore op takes for the checkpoint's name
   * @return a truth value
   */
  Out emit(Out prefix) {
    boolean v2 = form == SaveForm.V2;
    Out name = v2 ? nodes.join("index", prefix, nodes.string("suffix", ".index")) : prefix;
    Out matching = nodes.node("matching", "MatchingFiles").input(name).emit(DataType.DT_STRING);
    Out files = shard.isPresent() ? ofShard(matching, shard.getAsLong()) : matching;
    Out exists =
        nodes
            .node("exists", "Less")
            .input(nodes.integer("zero", 0), count(files))
            .attr("T", Attrs.type(DataType.DT_INT64))
            .emit(DataType.DT_BOOL);
    Out file = gather("file", nodes.split("existing", files, exists)[1], nodes.integer("first", 0));
    Out content = nodes.node("content", "ReadFile").input(file).emit(DataType.DT_STRING);
    Out marked = matches("marked", content, pattern);
    Out missing = nodes.split("missing", exists, exists)[0];
    return nodes.merge("known", marked, missing);
  }

  private Out count(Out files) {
    return nodes
        .node("count", "Size")
        .input(files)
        .attr("T", Attrs.type(DataType.DT_STRING))
        .attr("out_type", Attrs.type(DataType.DT_INT64))
        .emit(DataType.DT_INT64);
  }

  /** Of a checkpoint's files, those named like a shard: {@code …-00002-of-00003}. */
  private Out ofShard(Out files, long number) {
    Out named =
        matches("of_shard", files, String.format(Locale.ROOT, "\\C*-%05d-of-[0-9]{5}", number));
    Out where =
        nodes
            .node("where", "Where")
            .input(named)
            .attr("T", Attrs.type(DataType.DT_BOOL))
            .emit(DataType.DT_INT64);
    return nodes
        .node("shard", "GatherNd")
        .input(files, where)
        .attr("Tparams", Attrs.type(DataType.DT_STRING))
        .attr("Tindices", Attrs.type(DataType.DT_INT64))
        .emit(DataType.DT_STRING);
  }

  private Out matches(String name, Out texts, String pattern) {
    return nodes
        .node(name, "RegexFullMatch")
        .input(texts, nodes.string(name + "/pattern", pattern))
        .emit(DataType.DT_BOOL);
  }

  private Out gather(String name, Out values, Out index) {
    return nodes
        .node(name, "GatherV2")
        .input(values, index, nodes.integer(name + "/axis", 0))
        .attr("Tparams", Attrs.type(DataType.DT_STRING))
        .attr("Tindices", Attrs.type(DataType.DT_INT64))
        .attr("Taxis", Attrs.type(DataType.DT_INT64))
        .emit(DataType.DT_STRING);
  }
}
