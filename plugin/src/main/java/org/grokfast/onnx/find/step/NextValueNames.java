package org.grokfast.onnx.find.step;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** How exporters name the output that holds an input's next value. */
final class NextValueNames {
  private static final List<String> SUFFIXES =
      List.of("_new", ".new", "/new", "_out", ".out", "_next", ".next", "_updated", ".updated");
  private static final List<String> PREFIXES = List.of("new_", "new.", "next_", "updated_");

  private NextValueNames() {}

  /** The names of the inputs whose next value an output of this name may hold, likeliest first. */
  static List<String> inputsOf(String output) {
    List<String> inputs = new ArrayList<>();
    for (String suffix : SUFFIXES) {
      if (output.endsWith(suffix) && output.length() > suffix.length()) {
        inputs.add(output.substring(0, output.length() - suffix.length()));
      }
    }
    for (String prefix : PREFIXES) {
      if (output.startsWith(prefix) && output.length() > prefix.length()) {
        inputs.add(output.substring(prefix.length()));
      }
    }
    return inputs;
  }

  /**
   * A name that an output with the next value of an input may have.
   *
   * @param value the tensor with the next value, whose own name is taken if it tells
   * @param taken whether a tensor has a name
   */
  static String outputOf(String input, String value, Predicate<String> taken) {
    if (inputsOf(value).contains(input)) {
      return value;
    }
    return Stream.concat(
            SUFFIXES.stream().map(suffix -> input + suffix),
            PREFIXES.stream().map(prefix -> prefix + input))
        .filter(taken.negate())
        .findFirst()
        .orElse(value);
  }
}
