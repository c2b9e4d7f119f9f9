package org.grokfast.tools.verify;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.grokfast.file.GraphFileException;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;

/**
 * The inputs of each step: random ones, the same for the same seed, step and placeholder, or those
 * of a file. An array of a placeholder's rank is fed in every step; one of a rank more holds a
 * value for each step and starts again at its end.
 */
final class Feeds {
  private final VerifyPlan plan;
  private final Map<String, NpzFile.Array> arrays;

  Feeds(VerifyPlan plan) {
    this.plan = plan;
    arrays = plan.feedsFile() == null ? Map.of() : NpzFile.read(Path.of(plan.feedsFile()));
    for (String name : arrays.keySet()) {
      if (plan.inputs().stream().noneMatch(input -> input.name().equals(name))) {
        throw new GraphFileException(
            plan.feedsFile()
                + ": array '"
                + name
                + "' belongs to no placeholder that training needs; there is "
                + String.join(", ", plan.inputs().stream().map(VerifyPlan.Input::name).toList()));
      }
    }
  }

  /** The value of a placeholder in a step, counted from 0. */
  Tensor tensor(VerifyPlan.Input input, int step) {
    NpzFile.Array array = arrays.get(input.name());
    return array == null ? random(input, step) : fromFile(input, array, step);
  }

  private Tensor random(VerifyPlan.Input input, int step) {
    if (input.shape() == null) {
      throw new GraphFileException(
          "placeholder '" + input.name() + "' has no fixed rank; give its value with --feeds");
    }
    Shape shape = shape(input.shape());
    double[] values = new double[Math.toIntExact(shape.size())];
    Random random = new Random(plan.seed() * 1_000_003 + step * 31L + input.name().hashCode());
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (input.dtype()) {
            case "DT_HALF", "DT_BFLOAT16", "DT_FLOAT", "DT_DOUBLE" -> random.nextDouble() * 2 - 1;
            case "DT_BOOL" -> random.nextInt(2);
            case "DT_INT32", "DT_INT64", "DT_UINT8" -> random.nextInt(plan.intRange());
            default ->
                throw new GraphFileException(
                    "placeholder '"
                        + input.name()
                        + "' is of "
                        + input.dtype()
                        + ", for which no random values are made");
          };
    }
    return Values.tensor(input.dtype(), shape, values);
  }

  private Tensor fromFile(VerifyPlan.Input input, NpzFile.Array array, int step) {
    List<Long> dims = array.shape();
    int elements = 0;
    int from = 0;
    boolean perStep = input.shape() != null && dims.size() == input.shape().size() + 1;
    if (perStep) {
      elements = Math.toIntExact(shape(dims.subList(1, dims.size())).size());
      from = (int) (step % Math.max(1, dims.get(0))) * elements;
      dims = dims.subList(1, dims.size());
    } else {
      elements = Math.toIntExact(shape(dims).size());
    }
    double[] values = new double[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = element(array, from + i);
    }
    return Values.tensor(input.dtype(), shape(dims), values);
  }

  private double element(NpzFile.Array array, int index) {
    ByteBuffer data = array.data();
    return switch (array.type()) {
      case "f4" -> data.getFloat(index * 4);
      case "f8" -> data.getDouble(index * 8);
      case "i1" -> data.get(index);
      case "u1", "b1" -> Byte.toUnsignedInt(data.get(index));
      case "i2" -> data.getShort(index * 2);
      case "i4" -> data.getInt(index * 4);
      case "i8" -> data.getLong(index * 8);
      default ->
          throw new GraphFileException(
              plan.feedsFile()
                  + ": arrays of "
                  + array.type()
                  + " are not read; use float32, float64, integers or bool");
    };
  }

  private static Shape shape(List<Long> dims) {
    return Shape.of(dims.stream().mapToLong(Long::longValue).toArray());
  }
}
