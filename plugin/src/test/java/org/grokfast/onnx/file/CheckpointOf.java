package org.grokfast.onnx.file;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.grokfast.onnx.file.FlatTable.Field;
import org.grokfast.onnx.file.FlatTable.Kind;

/** Checkpoints made for tests. */
public final class CheckpointOf {
  private static final List<Field> TENSOR =
      List.of(
          new Field("name", Kind.STRING),
          new Field("doc_string", Kind.STRING),
          new Field("dims", Kind.LONGS),
          new Field("data_type", Kind.INT32),
          new Field("raw_data", Kind.BYTES));
  private static final List<Field> MODULE =
      List.of(new Field("requires_grad_params", Kind.TABLES, TENSOR));
  private static final List<Field> ROOT =
      List.of(new Field("version", Kind.INT32), new Field("module_state", Kind.TABLE, MODULE));

  private CheckpointOf() {}

  /** A checkpoint with these float32 parameters, all zero, by name. */
  public static Checkpoint trained(Map<String, List<Long>> shapes) {
    List<Object> tensors = new ArrayList<>();
    shapes.forEach(
        (name, shape) -> {
          long elements = shape.stream().reduce(1L, (a, b) -> a * b);
          tensors.add(
              new FlatTable(TENSOR)
                  .set(0, name)
                  .set(2, shape.stream().mapToLong(Long::longValue).toArray())
                  .set(3, 1)
                  .set(4, new byte[Math.toIntExact(Float.BYTES * elements)]));
        });
    byte[] bytes =
        new FlatTable(ROOT)
            .set(0, Checkpoint.VERSION)
            .set(1, new FlatTable(MODULE).set(0, tensors))
            .toBytes("ODTC");
    return Checkpoint.read(bytes, "checkpoint");
  }
}
