package org.grokfast.tests.site;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The code that the documentation shows. */
final class CodeBlocks {
  static final Path ROOT = Path.of(System.getProperty("grokfast.root")).toAbsolutePath();
  private static final Pattern FENCED =
      Pattern.compile("(?ms)(?:^<!-- not run here: ([^>]*?) -->\\n)?^```(\\w+)\\n(.*?)^```$");
  private static final Pattern INDENTED = Pattern.compile("(?m)(?:^ {4}[^\\n]*\\n)+");

  private CodeBlocks() {}

  /**
   * A block of code.
   *
   * @param page the file it is in, from the root
   * @param language as the fence names it; empty for an indented block
   * @param why it can't be run by a test; null where it can
   */
  record Block(String page, String language, String why, String code) {
    @Override
    public String toString() {
      return page + ": " + code.lines().findFirst().orElse("");
    }
  }

  /** The blocks of all pages that are written by hand, fenced ones first. */
  static List<Block> all() throws IOException {
    List<Block> blocks = new ArrayList<>();
    try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
      Stream.concat(Stream.of(ROOT.resolve("README.md")), files)
          .filter(file -> file.toString().endsWith(".md"))
          .filter(file -> !file.startsWith(ROOT.resolve("docs/rules")))
          .sorted()
          .forEach(file -> blocks.addAll(of(file)));
    }
    return blocks;
  }

  private static List<Block> of(Path file) {
    String page = Contents.slashes(ROOT.relativize(file));
    String text = text(file);
    List<Block> blocks = new ArrayList<>();
    Matcher fenced = FENCED.matcher(text);
    while (fenced.find()) {
      blocks.add(new Block(page, fenced.group(2), fenced.group(1), fenced.group(3)));
    }
    Matcher indented = INDENTED.matcher(text.replaceAll("(?ms)^```.*?^```$", ""));
    while (indented.find()) {
      blocks.add(new Block(page, "", null, indented.group().replaceAll("(?m)^ {4}", "")));
    }
    return blocks;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What follows a prompt, line by line: continued lines are joined, comments left out. */
  static List<String> commands(String code) {
    return code.replaceAll("\\\\\\n\\s*", " ")
        .lines()
        .map(line -> line.replaceAll("(^|\\s)#.*", "").strip())
        .filter(line -> !line.isEmpty())
        .toList();
  }

  /** The words of a command, as a shell splits them. */
  static List<String> words(String command) {
    List<String> words = new ArrayList<>();
    Matcher word = Pattern.compile("(?:'[^']*'|\"[^\"]*\"|[^\\s'\"])+").matcher(command);
    while (word.find()) {
      words.add(word.group().replaceAll("['\"]", ""));
    }
    return words;
  }
}
