package org.grokfast.tools.manual;

import java.util.List;
import java.util.Locale;
import org.grokfast.tools.console.CommandText;

/** A man page of section 1, in the macros of man(7). */
public final class ManPage {
  private final StringBuilder page = new StringBuilder();

  private ManPage() {}

  /** The file name of a command's page: {@code grokfast-inspect.1}. */
  public static String fileName(CommandText command) {
    return command.name().replace(' ', '-') + ".1";
  }

  /** The page of a command. */
  public static String of(CommandText command, List<CommandText> all) {
    ManPage page = new ManPage();
    String name = command.name().replace(' ', '-');
    page.line(".TH \"" + escaped(name.toUpperCase(Locale.ROOT)) + "\" 1 \"\" \"grokfast\"");
    String sentence =
        command.description().replaceFirst("(?s)[.:] .*", "").replaceFirst("\\.$", "");
    page.section("NAME").line(escaped(name) + " \\- " + escaped(sentence));
    page.section("SYNOPSIS").verbatim(command.synopsis());
    page.section("DESCRIPTION").line(escaped(command.description()));
    page.list("OPTIONS", command.arguments());
    page.list("EXIT STATUS", command.exitCodes());
    if (!command.footer().isEmpty()) {
      page.section("EXAMPLES AND NOTES").verbatim(command.footer());
    }
    List<String> others =
        all.stream()
            .filter(other -> !other.equals(command))
            .map(other -> escaped(other.name().replace(' ', '-')) + "(1)")
            .toList();
    page.section("SEE ALSO").line(String.join(", ", others));
    return page.page.toString();
  }

  private void list(String title, List<CommandText.Argument> entries) {
    if (entries.isEmpty()) {
      return;
    }
    section(title);
    for (CommandText.Argument entry : entries) {
      line(".TP").line("\\fB" + escaped(entry.label()) + "\\fR").line(escaped(entry.text()));
    }
  }

  private ManPage section(String title) {
    return line(".SH " + title);
  }

  private void verbatim(List<String> lines) {
    line(".nf");
    lines.forEach(text -> line(escaped(text)));
    line(".fi");
  }

  /** A backslash and a leading dot or quote mean something to the formatter; a dash is a hyphen. */
  private static String escaped(String text) {
    String plain = text.replace("\\", "\\e").replace("-", "\\-");
    return plain.startsWith(".") || plain.startsWith("'") ? "\\&" + plain : plain;
  }

  private ManPage line(String text) {
    page.append(text).append('\n');
    return this;
  }
}
