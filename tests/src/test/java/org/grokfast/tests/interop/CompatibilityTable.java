package org.grokfast.tests.interop;

import java.util.List;
import java.util.Map;

/** The results of the fixtures as a page of the documentation. */
final class CompatibilityTable {
  private static final String HEAD =
      """
      # Which training graphs can be rewritten

      Made by `InteropTest`, which rewrites graphs of Python TensorFlow (`tests/interop`), trains each for
      50 steps in TensorFlow Java and compares the weights with those that the same model reaches in Python
      with a filter written in numpy. *yes*: with EMA and with MA within the tolerance; bit-identical with
      lamb 0 (a sparse update: like the same model with dense gradients); stripping gives the original
      message back. *not yet*: no rule knows how the optimizer takes all its gradients, or the update stands
      in the frame of a TF1 loop.

      | fixture | form | optimizers | update | tolerance | rewritten |
      | --- | --- | --- | --- | --- | --- |
      """;

  private CompatibilityTable() {}

  static String of(List<Fixture> fixtures, Map<String, String> results) {
    StringBuilder text = new StringBuilder(HEAD);
    for (Fixture fixture : fixtures) {
      text.append("| ")
          .append(fixture.name())
          .append(" | ")
          .append(fixture.form())
          .append(" | ")
          .append(fixture.optimizers())
          .append(fixture.isSparse() ? " (sparse)" : "")
          .append(" | ")
          .append(fixture.where())
          .append(" | ")
          .append(fixture.tolerance())
          .append(" | ")
          .append(results.getOrDefault(fixture.name(), "no"))
          .append(" |\n");
    }
    return text.toString();
  }
}
