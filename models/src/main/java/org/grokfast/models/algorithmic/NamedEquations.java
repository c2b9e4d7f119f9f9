package org.grokfast.models.algorithmic;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds equations by the name of their operation. */
public final class NamedEquations {
  private NamedEquations() {}

  /**
   * The equations of an operation's name.
   *
   * @param operation that of a {@link BinaryOperation}, or {@code s5}
   * @param prime the modulus; without a meaning for {@code s5}
   * @throws IllegalArgumentException for a name that no operation has, or a number that's no prime
   */
  public static Equations of(String operation, int prime) {
    if (operation.equalsIgnoreCase(PermutationComposition.NAME)) {
      return new PermutationComposition();
    }
    return BinaryOperation.named(operation)
        .map(found -> new ModularArithmetic(found, prime))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown operation '" + operation + "'; expected one of " + names()));
  }

  private static String names() {
    return Stream.concat(
            Arrays.stream(BinaryOperation.values()).map(BinaryOperation::cliName),
            Stream.of(PermutationComposition.NAME))
        .collect(Collectors.joining(", "));
  }
}
