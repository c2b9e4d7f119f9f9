package org.grokfast.onnx.file;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.grokfast.io.GraphFileException;
import org.grokfast.onnx.file.FlatTable.Field;
import org.grokfast.onnx.file.FlatTable.Kind;

/**
 * A checkpoint of ONNX Runtime's on-device training: a flatbuffer with the identifier {@code ODTC}.
 * Trained and frozen tensors, the optimizer's state and properties; a rewritten model's filter
 * state lies among the frozen tensors, which the runtime feeds by itself. Immutable.
 */
public final class Checkpoint {
  /** The version of the format that is read and written. */
  public static final int VERSION = 2;

  private static final String IDENTIFIER = "ODTC";
  private static final int TENSOR_NAME = 0;
  private static final int TENSOR_DIMS = 2;
  private static final int TENSOR_TYPE = 3;
  private static final int TENSOR_DATA = 4;
  private static final int TRAINED = 0;
  private static final int FROZEN = 1;
  private static final int MODULE = 1;

  private static final List<Field> TENSOR =
      List.of(
          new Field("name", Kind.STRING),
          new Field("doc_string", Kind.STRING),
          new Field("dims", Kind.LONGS),
          new Field("data_type", Kind.INT32),
          new Field("raw_data", Kind.BYTES),
          new Field("string_data", Kind.STRINGS),
          new Field("external_data_offset", Kind.INT64));
  private static final List<Field> MODULE_STATE =
      List.of(
          new Field("requires_grad_params", Kind.TABLES, TENSOR),
          new Field("frozen_params", Kind.TABLES, TENSOR),
          new Field("is_nominal_state", Kind.BOOL),
          new Field("has_external_data", Kind.BOOL));
  private static final List<Field> OPTIMIZER_STATE =
      List.of(new Field("param_name", Kind.STRING), new Field("momentums", Kind.TABLES, TENSOR));
  private static final List<Field> OPTIMIZER_GROUP =
      List.of(
          new Field("group_name", Kind.STRING),
          new Field("step", Kind.INT64),
          new Field("initial_learning_rate", Kind.FLOAT),
          new Field("optimizer_states", Kind.TABLES, OPTIMIZER_STATE));
  private static final List<Field> PROPERTY_BAG =
      List.of(
          new Field("ints", Kind.TABLES, property(Kind.INT64)),
          new Field("floats", Kind.TABLES, property(Kind.FLOAT)),
          new Field("strings", Kind.TABLES, property(Kind.STRING)));
  private static final List<Field> CHECKPOINT =
      List.of(
          new Field("version", Kind.INT32),
          new Field("module_state", Kind.TABLE, MODULE_STATE),
          new Field("optimizer_groups", Kind.TABLES, OPTIMIZER_GROUP),
          new Field("property_bag", Kind.TABLE, PROPERTY_BAG));

  private final FlatTable root;

  private Checkpoint(FlatTable root) {
    this.root = root;
  }

  private static List<Field> property(Kind kind) {
    return List.of(new Field("name", Kind.STRING), new Field("value", kind));
  }

  /**
   * A tensor of a checkpoint.
   *
   * @param name its name
   * @param type the number of its element type, as in ONNX
   * @param shape its dimensions
   * @param data its elements, little-endian
   */
  public record Entry(String name, int type, List<Long> shape, ByteString data) {
    /** Makes the shape immutable. */
    public Entry {
      shape = List.copyOf(shape);
    }
  }

  /** Whether bytes have the identifier of a checkpoint. */
  public static boolean recognises(byte[] bytes) {
    return bytes.length >= 8
        && new String(bytes, 4, 4, StandardCharsets.ISO_8859_1).equals(IDENTIFIER);
  }

  /**
   * Reads a checkpoint.
   *
   * @param source its name for messages
   * @throws GraphFileException if it is none, is damaged or of another version
   */
  public static Checkpoint read(byte[] bytes, String source) {
    if (!recognises(bytes)) {
      throw new GraphFileException(
          source
              + ": not a checkpoint of ONNX Runtime training (no identifier "
              + IDENTIFIER
              + "). Write the artifacts again.");
    }
    FlatTable root;
    try {
      root = FlatTable.root(bytes, CHECKPOINT);
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new GraphFileException(
          source
              + ": the checkpoint is damaged or of a newer kind: "
              + e.getMessage()
              + ". Write the artifacts again.",
          e);
    }
    if (!Objects.equals(root.get(0), VERSION)) {
      throw new GraphFileException(
          source
              + ": field version of the checkpoint is "
              + (root.get(0) == null ? 0 : root.get(0))
              + ", but "
              + VERSION
              + " is the one that is known. Write the artifacts with a release of ONNX Runtime that writes that one.");
    }
    if (!(root.get(MODULE) instanceof FlatTable module) || Boolean.TRUE.equals(module.get(2))) {
      throw new GraphFileException(
          source
              + ": field module_state of the checkpoint is missing or nominal, so there is nothing"
              + " to train. Write the artifacts with nominal_checkpoint=False.");
    }
    return new Checkpoint(root);
  }

  /** The bytes of this checkpoint; the same content gives the same bytes. */
  public byte[] toBytes() {
    return root.toBytes(IDENTIFIER);
  }

  /** The tensors that are trained. */
  public List<Entry> trained() {
    return entries(TRAINED);
  }

  /** The tensors that are fed and not trained. */
  public List<Entry> frozen() {
    return entries(FROZEN);
  }

  private FlatTable module() {
    return (FlatTable) root.get(MODULE);
  }

  private List<Entry> entries(int field) {
    List<Entry> entries = new ArrayList<>();
    for (FlatTable tensor : module().tables(field)) {
      List<Long> shape = new ArrayList<>();
      if (tensor.get(TENSOR_DIMS) instanceof long[] dims) {
        for (long dimension : dims) {
          shape.add(dimension);
        }
      }
      entries.add(
          new Entry(
              name(tensor),
              tensor.get(TENSOR_TYPE) instanceof Integer type ? type : 0,
              shape,
              tensor.get(TENSOR_DATA) instanceof byte[] data
                  ? ByteString.copyFrom(data)
                  : ByteString.EMPTY));
    }
    return entries;
  }

  private static String name(FlatTable tensor) {
    return tensor.get(TENSOR_NAME) instanceof String name ? name : "";
  }

  /** This checkpoint with more frozen tensors, behind those that are there. */
  public Checkpoint withFrozen(List<Entry> more) {
    List<Object> tensors = new ArrayList<>(module().tables(FROZEN));
    for (Entry entry : more) {
      tensors.add(
          new FlatTable(TENSOR)
              .set(TENSOR_NAME, entry.name())
              .set(TENSOR_DIMS, entry.shape().stream().mapToLong(Long::longValue).toArray())
              .set(TENSOR_TYPE, entry.type())
              .set(TENSOR_DATA, entry.data().toByteArray()));
    }
    return withFrozenTables(tensors);
  }

  /** This checkpoint without the frozen tensors of these names. */
  public Checkpoint withoutFrozen(Set<String> names) {
    List<Object> tensors = new ArrayList<>(module().tables(FROZEN));
    tensors.removeIf(tensor -> names.contains(name((FlatTable) tensor)));
    return withFrozenTables(tensors);
  }

  private Checkpoint withFrozenTables(List<Object> tensors) {
    FlatTable module = copy(module(), MODULE_STATE);
    boolean absent = tensors.isEmpty() && module().get(FROZEN) == null;
    module.set(FROZEN, absent ? null : tensors);
    return new Checkpoint(copy(root, CHECKPOINT).set(MODULE, module));
  }

  private static FlatTable copy(FlatTable table, List<Field> schema) {
    FlatTable copy = new FlatTable(schema);
    for (int field = 0; field < schema.size(); field++) {
      copy.set(field, table.get(field));
    }
    return copy;
  }
}
