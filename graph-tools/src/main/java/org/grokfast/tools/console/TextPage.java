package org.grokfast.tools.console;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.grokfast.rewrite.ReportPage;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.Style;

/**
 * Prints text for people: headings, labelled fields, aligned rows; at most 80 columns unless a
 * single name is longer. Names come from files, so control characters are printed as escapes.
 */
public final class TextPage implements ReportPage {
  public static final int COLUMNS = 80;
  private static final int LABEL = 12;
  private static final int GAP = 2;

  private final PrintWriter out;
  private final Ansi ansi;

  private TextPage(PrintWriter out, Ansi ansi) {
    this.out = out;
    this.ansi = ansi;
  }

  /** A page on standard output, in colours where that is a terminal. */
  public static TextPage onOutput(CommandLine command) {
    return new TextPage(command.getOut(), command.getColorScheme().ansi());
  }

  /** A page on standard error, which may go to a file while standard output is a terminal. */
  public static TextPage onError(CommandLine command) {
    return new TextPage(command.getErr(), colours(command));
  }

  /** The colours of standard error. */
  public static Ansi colours(CommandLine command) {
    return ProgressDisplay.onTerminal() ? command.getColorScheme().ansi() : Ansi.OFF;
  }

  /** A heading in bold where there are colours. */
  @Override
  public void heading(String text) {
    styled(0, Printable.text(text), Style.bold);
  }

  public void blank() {
    out.println();
  }

  /** A label and its text, wrapped behind the label. */
  @Override
  public void field(int indent, String label, String text) {
    String start = " ".repeat(indent) + pad(label, LABEL) + " ".repeat(GAP);
    List<String> lines = wrap(Printable.text(text), COLUMNS - start.length());
    for (int i = 0; i < lines.size(); i++) {
      out.println((i == 0 ? start : " ".repeat(start.length())) + lines.get(i));
    }
  }

  /** A paragraph. */
  @Override
  public void text(int indent, String text) {
    for (String line : wrap(Printable.text(text), COLUMNS - indent)) {
      out.println(" ".repeat(indent) + line);
    }
  }

  /** A line in a style, broken nowhere. */
  public void line(int indent, String text, Style style) {
    styled(indent, Printable.text(text), style);
  }

  /** A command that can be pasted, broken at spaces by backslashes. */
  public void command(int indent, List<String> words) {
    StringBuilder line = new StringBuilder(" ".repeat(indent));
    int start = line.length();
    for (String word : words) {
      boolean first = line.length() == start;
      if (!first && line.length() + 1 + word.length() > COLUMNS - 2) {
        out.println(line + " \\");
        line = new StringBuilder(" ".repeat(indent + 2)).append(word);
      } else {
        line.append(first ? "" : " ").append(word);
      }
    }
    out.println(line);
  }

  /** Rows of equal length, aligned; a row that is too long has its first cell on its own line. */
  public void table(int indent, List<List<String>> rows) {
    if (rows.isEmpty()) {
      return;
    }
    List<List<String>> cells =
        rows.stream().map(row -> row.stream().map(Printable::text).toList()).toList();
    int[] widths = new int[cells.get(0).size()];
    for (List<String> row : cells) {
      for (int i = 1; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    int rest = 0;
    for (int i = 1; i < widths.length; i++) {
      rest += GAP + widths[i];
    }
    int room = Math.max(LABEL, COLUMNS - indent - rest);
    for (List<String> row : cells) {
      if (row.get(0).length() <= room) {
        widths[0] = Math.max(widths[0], row.get(0).length());
      }
    }
    for (List<String> row : cells) {
      row(indent, row, widths);
    }
  }

  private void row(int indent, List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder(" ".repeat(indent));
    if (row.get(0).length() > widths[0]) {
      out.println(line + row.get(0));
      line.append(" ".repeat(widths[0]));
    } else {
      line.append(pad(row.get(0), widths[0]));
    }
    for (int i = 1; i < widths.length; i++) {
      line.append(" ".repeat(GAP)).append(pad(row.get(i), widths[i]));
    }
    out.println(line.toString().stripTrailing());
  }

  public void flush() {
    out.flush();
  }

  private void styled(int indent, String text, Style style) {
    String line = ansi.enabled() ? style.on() + text + Style.reset.on() : text;
    SafeOutput.own(out, () -> out.println(" ".repeat(indent) + line));
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  private static List<String> wrap(String text, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line = new StringBuilder();
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
