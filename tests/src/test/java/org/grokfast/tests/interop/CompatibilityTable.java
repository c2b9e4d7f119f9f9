package org.grokfast.tests.interop;

import java.util.List;
import java.util.Map;

/** The results of the fixtures as a table of the documentation. */
final class CompatibilityTable {
  private static final String HEAD =
      """
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
