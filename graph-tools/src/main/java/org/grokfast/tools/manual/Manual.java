package org.grokfast.tools.manual;

import java.util.List;
import org.grokfast.tools.console.CommandText;
import picocli.CommandLine;

/** The manual of the command line in Markdown: {@code docs/cli.md}. */
public final class Manual {
  private static final String INDENT = "  ";

  private final StringBuilder page = new StringBuilder();

  private Manual() {}

  /** The manual of a program. */
  public static String of(CommandLine program) {
    Manual manual = new Manual();
    List<CommandText> commands = CommandText.all(program);
    manual.line("# The command line").line("");
    manual.line("Generated from the help texts of the program; `grokfast help VERB` prints them.");
    for (CommandText command : commands) {
      manual.command(command);
    }
    return manual.page.toString();
  }

  private void command(CommandText command) {
    line("").line("## " + command.name()).line("");
    line(escaped(command.description())).line("");
    line("```").lines(command.synopsis()).line("```");
    table("Argument", command.arguments());
    table("Exit code", command.exitCodes());
    boolean code = false;
    if (!command.footer().isEmpty()) {
      line("");
    }
    for (String text : command.footer()) {
      boolean indented = text.startsWith(INDENT);
      if (indented != code) {
        line(indented ? (endsBlank() ? "```" : "\n```") : "```");
      }
      code = indented;
      line(indented ? text.substring(INDENT.length()) : escaped(text));
    }
    if (code) {
      line("```");
    }
  }

  private boolean endsBlank() {
    return page.toString().endsWith("\n\n");
  }

  private void table(String title, List<CommandText.Argument> rows) {
    if (rows.isEmpty()) {
      return;
    }
    line("").line("| " + title + " | |").line("| --- | --- |");
    for (CommandText.Argument row : rows) {
      line("| `" + row.label().replace("|", "\\|") + "` | " + escaped(row.text()) + " |");
    }
  }

  private static String escaped(String text) {
    return text.replace("|", "\\|").replace("*", "\\*").replace("_", "\\_").replace("<", "&lt;");
  }

  private Manual lines(List<String> lines) {
    lines.forEach(this::line);
    return this;
  }

  private Manual line(String text) {
    page.append(text).append('\n');
    return this;
  }
}
