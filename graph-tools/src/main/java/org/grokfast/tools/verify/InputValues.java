package org.grokfast.tools.verify;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.grokfast.io.GraphFileException;

/**
 * The inputs of each step as numbers: random ones, the same for the same seed, step and input, or
 * those of a file. An array of an input's rank is fed in every step; one of a rank more holds a
 * value for each step and starts again at its end.
 */
public final class InputValues {
  private final Source source;
  private final Map<String, NpzFile.Array> arrays;

  /** What the elements of an input are. */
  public enum Kind {
    /** Numbers in [-1, 1). */
    REAL,
    /** Integers from 0. */
    INTEGER,
    /** True or false. */
    TRUTH,
    /** What no random values are made for. */
    OTHER
  }

  /**
   * An input.
   *
   * @param name its name
   * @param kind what its elements are
   * @param shape its dimensions, all of them known; null where their number is open
   */
  public record Input(String name, Kind kind, List<Long> shape) {}

  /**
   * Where values come from.
   *
   * @param seed of random values
   * @param intRange integers are drawn from 0 to this, exclusive
   * @param file a file with arrays, or null
   */
  public record Source(long seed, int intRange, String file) {}

  /**
   * A value.
   *
   * @param shape its dimensions
   * @param elements its elements
   */
  @SuppressWarnings("ArrayRecordComponent") // handed from one method to the next, never compared
  public record Value(List<Long> shape, double[] elements) {}

  /**
   * Values for some inputs.
   *
   * @throws GraphFileException if an array of the file belongs to none of them
   */
  public InputValues(Source source, Collection<Input> inputs) {
    this.source = source;
    arrays = source.file() == null ? Map.of() : NpzFile.read(Path.of(source.file()));
    for (String name : arrays.keySet()) {
      if (inputs.stream().noneMatch(input -> input.name().equals(name))) {
        throw new GraphFileException(
            source.file()
                + ": array '"
                + name
                + "' belongs to no placeholder that training needs; there is "
                + String.join(", ", inputs.stream().map(Input::name).toList()));
      }
    }
  }

  /** Whether the file has a value of an input. */
  public boolean isGiven(Input input) {
    return arrays.containsKey(input.name());
  }

  /** The value of an input in a step, counted from 0. */
  public Value of(Input input, int step) {
    NpzFile.Array array = arrays.get(input.name());
    return array == null ? random(input, step) : fromFile(input, array, step);
  }

  private Value random(Input input, int step) {
    if (input.shape() == null) {
      throw new GraphFileException(
          "placeholder '" + input.name() + "' has no fixed rank; give its value with --feeds");
    }
    double[] values = new double[count(input.shape())];
    Random random = new Random(source.seed() * 1_000_003 + step * 31L + input.name().hashCode());
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (input.kind()) {
            case REAL -> random.nextDouble() * 2 - 1;
            case TRUTH -> random.nextInt(2);
            case INTEGER -> random.nextInt(source.intRange());
            case OTHER ->
                throw new GraphFileException(
                    "placeholder '"
                        + input.name()
                        + "' is of a type for which no random values are made; --feeds can give it"
                        + " if it is a number or bool");
          };
    }
    return new Value(input.shape(), values);
  }

  private Value fromFile(Input input, NpzFile.Array array, int step) {
    List<Long> dims = array.shape();
    int from = 0;
    boolean perStep = input.shape() != null && dims.size() == input.shape().size() + 1;
    if (perStep) {
      long steps = Math.max(1, dims.get(0));
      dims = dims.subList(1, dims.size());
      from = (int) (step % steps) * count(dims);
    }
    double[] values = new double[count(dims)];
    for (int i = 0; i < values.length; i++) {
      values[i] = element(array, from + i);
    }
    return new Value(dims, values);
  }

  private static int count(List<Long> shape) {
    long count = 1;
    for (long dimension : shape) {
      count = Math.multiplyExact(count, dimension);
    }
    return Math.toIntExact(count);
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
              source.file()
                  + ": arrays of "
                  + array.type()
                  + " are not read; use float32, float64, integers or bool");
    };
  }
}
