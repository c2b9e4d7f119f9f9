package org.grokfast.models.comparison;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.grokfast.models.page.Download;
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
    Optional<Download> light = forest(comparison, Theme.LIGHT);
    Optional<Download> dark = forest(comparison, Theme.DARK);
    return light.isEmpty()
        ? ""
        : "<picture><source media=\"(prefers-color-scheme: dark)\" srcset=\""
            + dark.orElseThrow().uri()
            + "\"><img class=\"figure\" src=\""
            + light.get().uri()
            + "\" alt=\"Ratios to the baseline; the table has them in numbers\"></picture>";
  }

  private static Optional<Download> forest(Comparison comparison, Theme theme) {
    return ComparisonFigures.forest(comparison, theme)
        .map(picture -> Download.svg("forest.svg", picture));
  }

  /** Links to everything as files. */
  static String downloads(Comparison comparison) {
    List<Download> files = new ArrayList<>();
    files.add(Download.svg("curves.svg", ComparisonFigures.curves(comparison, Theme.LIGHT)));
    files.add(Download.csv("curves.csv", table(out -> ComparisonCsv.curves(comparison, out))));
    forest(comparison, Theme.LIGHT).ifPresent(files::add);
    files.add(Download.csv("summary.csv", table(out -> ComparisonCsv.summary(comparison, out))));
    files.add(Download.csv("runs.csv", table(out -> ComparisonCsv.runs(comparison, out))));
    return Download.links(files);
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
