package org.grokfast.tools.verbs;

import java.util.List;
import java.util.Locale;
import org.grokfast.rewrite.GraphDiff;
import org.grokfast.tools.console.TextPage;
import picocli.CommandLine.Help.Ansi.Style;

/** A difference for people: {@code +} added, {@code -} removed, {@code ~} changed. */
final class DiffText {
  private DiffText() {}

  static void print(TextPage page, GraphDiff diff) {
    section(page, "Nodes", diff.nodes());
    section(page, "Edges", diff.edges());
    section(page, "Functions", diff.functions());
    section(page, "Initializers", diff.initializers());
    section(page, "Signatures", diff.signatures());
    if (!diff.other().isEmpty()) {
      page.heading("Other");
      diff.other().forEach(what -> page.line(2, "~ " + what, Style.fg_yellow));
    }
    if (diff.isEmpty()) {
      page.heading("The graphs are equal.");
    }
    page.flush();
  }

  private static void section(TextPage page, String name, GraphDiff.Changes changes) {
    if (changes.isEmpty()) {
      return;
    }
    page.heading(
        String.format(
            Locale.ROOT,
            "%s: %,d added, %,d removed, %,d changed",
            name,
            changes.added().size(),
            changes.removed().size(),
            changes.changed().size()));
    list(page, "- ", changes.removed(), Style.fg_red);
    list(page, "+ ", changes.added(), Style.fg_green);
    changes
        .changed()
        .forEach(
            (thing, what) -> {
              page.line(2, "~ " + thing, Style.fg_yellow);
              what.forEach(field -> page.text(6, field));
            });
  }

  /** An edge whose names are long is broken before its arrow. */
  private static void list(TextPage page, String sign, List<String> things, Style style) {
    for (String thing : things) {
      int arrow = thing.indexOf(" -> ");
      if (arrow > 0 && thing.length() + 4 > TextPage.COLUMNS) {
        page.line(2, sign + thing.substring(0, arrow), style);
        page.line(6, thing.substring(arrow + 1), style);
      } else {
        page.line(2, sign + thing, style);
      }
    }
  }
}
