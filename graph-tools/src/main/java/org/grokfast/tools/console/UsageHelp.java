package org.grokfast.tools.console;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The help of a command. It differs from picocli's in that the synopsis is broken at spaces alone:
 * an option stays in one piece.
 */
public final class UsageHelp extends Help {
  public UsageHelp(CommandSpec spec, ColorScheme colours) {
    super(spec, colours);
  }

  /** The synopsis in lines that are as wide as the help. */
  public List<String> synopsisLines() {
    return synopsis(0).lines().toList();
  }

  @Override
  protected String insertSynopsisCommandName(int headingLength, Text details) {
    CommandSpec spec = commandSpec();
    String name = spec.qualifiedName();
    int indent = headingLength + name.length() + 1;
    int width = spec.usageMessage().width();
    StringBuilder page = new StringBuilder();
    Text line = colorScheme().commandText(name);
    int column = indent - 1;
    for (Text word : words(details)) {
      int length = word.plainString().length();
      if (column > indent && column + 1 + length > width) {
        page.append(line).append(System.lineSeparator());
        line = colorScheme().text(" ".repeat(indent)).concat(word);
        column = indent + length;
      } else {
        line = line.concat(" ").concat(word);
        column += 1 + length;
      }
    }
    return page.append(line).append(System.lineSeparator()).toString();
  }

  private static List<Text> words(Text details) {
    List<Text> words = new ArrayList<>();
    String plain = details.plainString();
    int start = 0;
    while (start < plain.length()) {
      int space = plain.indexOf(' ', start);
      int end = space < 0 ? plain.length() : space;
      if (end > start) {
        words.add(details.substring(start, end));
      }
      start = end + 1;
    }
    return words;
  }
}
