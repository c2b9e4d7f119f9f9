package org.grokfast.models.comparison;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.grokfast.models.picture.Theme;

/** The figures within a page, to be seen and to be taken away as SVG and CSV. */
final class FigureSection {
  /** Writes a table. */
  @FunctionalInterface
  private interface Table {
    void writeTo(Appendable out) throws IOException;
  }

  private FigureSection() {}

  /** The ratios as a picture; nothing without a baseline. */
  static String forest(Comparison comparison) {
    Optional<String> light = ComparisonFigures.forest(comparison, Theme.LIGHT);
    Optional<String> dark = ComparisonFigures.forest(comparison, Theme.DARK);
    return light.isEmpty()
        ? ""
        : "<picture><source media=\"(prefers-color-scheme: dark)\" srcset=\""
            + uri("image/svg+xml", dark.orElseThrow())
            + "\"><img class=\"figure\" src=\""
            + uri("image/svg+xml", light.get())
            + "\" alt=\"Ratios to the baseline; the table has them in numbers\"></picture>";
  }

  /** Links to everything as files. */
  static String downloads(Comparison comparison) {
    StringBuilder links = new StringBuilder();
    links.append(
        link("curves.svg", "image/svg+xml", ComparisonFigures.curves(comparison, Theme.LIGHT)));
    links.append(
        link("curves.csv", "text/csv", table(out -> ComparisonCsv.curves(comparison, out))));
    ComparisonFigures.forest(comparison, Theme.LIGHT)
        .ifPresent(forest -> links.append(link("forest.svg", "image/svg+xml", forest)));
    links.append(
        link("summary.csv", "text/csv", table(out -> ComparisonCsv.summary(comparison, out))));
    links.append(link("runs.csv", "text/csv", table(out -> ComparisonCsv.runs(comparison, out))));
    return Html.element("p", "class=\"downloads\"", "Save: " + links);
  }

  private static String link(String name, String type, String content) {
    return " <a download=\"" + name + "\" href=\"" + uri(type, content) + "\">" + name + "</a>";
  }

  private static String uri(String type, String content) {
    return "data:"
        + type
        + ";charset=utf-8;base64,"
        + Base64.getEncoder().encodeToString(content.getBytes(StandardCharsets.UTF_8));
  }

  private static String table(Table table) {
    StringBuilder out = new StringBuilder();
    try {
      table.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("a table in memory could not be written", e);
    }
    return out.toString();
  }
}
