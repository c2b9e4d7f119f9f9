package org.grokfast.tensorflow.saver;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/** The ops that save variables; they take a file, names, perhaps slices, and the values. */
public enum SaveForm {
  /** Checkpoints with an index of their own. */
  V2("SaveV2", 3, "dtypes"),
  /** One file, of which variables may be slices. */
  V1_SLICES("SaveSlices", 3, "T"),
  /** One file of whole variables. */
  V1("Save", 2, "T");

  private final String op;
  private final int firstTensor;
  private final String types;

  SaveForm(String op, int firstTensor, String types) {
    this.op = op;
    this.firstTensor = firstTensor;
    this.types = types;
  }

  /** The form of an op; empty if it does not save. */
  public static Optional<SaveForm> of(String op) {
    for (SaveForm form : values()) {
      if (form.op.equals(op)) {
        return Optional.of(form);
      }
    }
    return Optional.empty();
  }

  /** The input that takes the first value. */
  int firstTensor() {
    return firstTensor;
  }

  /** Whether an input takes slices. */
  boolean hasSlices() {
    return firstTensor > 2;
  }

  /** The attribute with the types of the values. */
  public String types() {
    return types;
  }

  /** The names under which numbers are saved beside the state, by which it is found again. */
  List<String> markers() {
    return this == V2 ? List.of(CheckpointMarker.V2) : CheckpointMarker.V1;
  }

  /**
   * The number of the shard that a node of this form saves, where files are told apart by it.
   *
   * @throws GraphRewriteException if the number is no constant
   */
  OptionalLong shard(GraphIndex graph, int save) {
    int file = graph.producer(save, 0);
    if (this == V2 || !graph.op(file).equals("ShardedFilename")) {
      return OptionalLong.empty();
    }
    NodeDef shard = graph.node(graph.producer(file, 1));
    TensorProto value = shard.getAttrOrDefault("value", AttrValue.getDefaultInstance()).getTensor();
    if (value.getIntValCount() == 1) {
      return OptionalLong.of(value.getIntVal(0));
    }
    if (value.getTensorContent().size() == Integer.BYTES) {
      return OptionalLong.of(
          Integer.reverseBytes(value.getTensorContent().asReadOnlyByteBuffer().getInt()));
    }
    throw new GraphRewriteException(
        String.format(
            Locale.ROOT,
            "the saver '%s' takes the number of its shard from '%s', which is no constant; save all"
                + " shards with constant numbers, or to one file",
            graph.name(save),
            shard.getName()));
  }
}
