package org.grokfast.tensorflow.inspect;

import java.util.Locale;
import org.tensorflow.proto.DataType;

/** The names that TensorFlow's users know types by. */
public final class TypeNames {
  private TypeNames() {}

  /** {@code float32} for {@code DT_FLOAT}; a reference counts as what it refers to. */
  public static String of(DataType type) {
    String name = type.name().replaceFirst("^DT_", "").replaceFirst("_REF$", "");
    return switch (name) {
      case "FLOAT" -> "float32";
      case "DOUBLE" -> "float64";
      case "HALF" -> "float16";
      case "UNRECOGNIZED" -> "unknown";
      default -> name.toLowerCase(Locale.ROOT);
    };
  }
}
