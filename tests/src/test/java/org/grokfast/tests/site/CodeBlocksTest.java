package org.grokfast.tests.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.grokfast.tests.site.CodeBlocks.Block;
import org.grokfast.tools.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The code of the documentation is code that tests compile or run, or says why it isn't. */
class CodeBlocksTest {
  private static final List<String> SOURCES =
      List.of("tests/src/test/java/org/example", "docs/examples");
  private static final String ONNX_EXAMPLE =
      "tests/src/test/java/org/grokfast/tests/onnx/TrainMlp.java";

  static List<Block> java() throws IOException {
    return blocks("java");
  }

  static List<Block> python() throws IOException {
    return blocks("python");
  }

  private static List<Block> blocks(String language) throws IOException {
    return CodeBlocks.all().stream().filter(block -> block.language().equals(language)).toList();
  }

  private static List<Path> sources(String ending) throws IOException {
    List<Path> found = new ArrayList<>();
    if (ending.equals(".java")) {
      found.add(CodeBlocks.ROOT.resolve(ONNX_EXAMPLE));
    }
    for (String folder : SOURCES) {
      try (Stream<Path> files = Files.walk(CodeBlocks.ROOT.resolve(folder))) {
        files.filter(file -> file.toString().endsWith(ending)).forEach(found::add);
      }
    }
    return found;
  }

  /** Whether the parts of a block, with gaps at comments such as "// … a step …", are all there. */
  private static boolean shows(String program, String block) {
    String tokens = tokens(program);
    return Stream.of(block.split("(?m)^\\s*// ….*$", -1))
        .allMatch(part -> tokens.contains(tokens(part)));
  }

  /** The code without spaces and the comments at the ends of lines. */
  private static String tokens(String code) {
    return code.replaceAll("(?m)(^|\\s)//.*$", "").replaceAll("\\s+", "");
  }

  @ParameterizedTest
  @MethodSource("java")
  void javaIsPartOfAProgramThatIsCompiled(Block block) throws IOException {
    assertThat(sources(".java"))
        .as("%s%n%s", block.page(), block.code())
        .anyMatch(file -> shows(text(file), block.code()));
  }

  @ParameterizedTest
  @MethodSource("python")
  void pythonIsPartOfAnExampleOrSaysWhyNot(Block block) throws IOException {
    if (block.why() == null) {
      String lines = unindented(block.code());
      assertThat(sources(".py"))
          .as("%s%n%s", block.page(), block.code())
          .anyMatch(file -> unindented(text(file)).contains(lines));
    } else {
      assertThat(block.why()).isNotBlank();
    }
  }

  private static String unindented(String code) {
    return code.lines().map(String::strip).collect(Collectors.joining("\n"));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Options, their values and tasks are those of the program; nothing is run. */
  @Test
  void everyCommandOfThisProgramIsOneThatItTakes() throws IOException {
    List<String> wrong = new ArrayList<>();
    int checked = 0;
    for (Block block : CodeBlocks.all()) {
      for (String command : CodeBlocks.commands(block.code())) {
        List<String> words = new ArrayList<>(CodeBlocks.words(command.replaceAll(" [<>|].*", "")));
        boolean ours = words.get(0).matches("(\\./)?grokfast");
        // A synopsis, or a line with alternatives, is for people.
        if (!ours
            || words.size() < 2
            || command.matches(".*[\\[…].*")
            || block.page().endsWith("cli.md")) {
          continue;
        }
        words.replaceAll(word -> word.replace("$seed", "0"));
        // Tasks that an example adds.
        if (Collections.disjoint(words, List.of("majority", "product"))) {
          String fault = fault(words.subList(1, words.size()));
          if (!fault.isEmpty()) {
            wrong.add(block.page() + ": " + command + ": " + fault);
          }
          checked++;
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(checked).isGreaterThan(50);
  }

  private static String fault(List<String> words) {
    String[] arguments = words.toArray(String[]::new);
    try {
      Main.commandLineFor(arguments).parseArgs(arguments);
      return "";
    } catch (CommandLine.ParameterException e) {
      return e.getMessage();
    }
  }

  @Test
  void aCommandWithAWrongOptionIsFound() {
    assertThat(fault(List.of("rewrite", "m.pb", "-o", "f.pb", "--lambda", "2")))
        .contains("--lambda");
    assertThat(fault(List.of("rewrite", "m.pb", "-o", "f.pb", "--lamb", "2"))).isEmpty();
    assertThat(CodeBlocks.words("a 'b c, d' --e=\"f g\""))
        .containsExactly("a", "b c, d", "--e=f g");
    assertThat(CodeBlocks.commands("a \\\n  b   # c\n# d\n")).containsExactly("a  b");
  }

  @Test
  void aBlockForAShellIsRunOrSaysWhyNot() throws IOException {
    for (Block block : blocks("sh")) {
      boolean ours =
          CodeBlocks.commands(block.code()).stream()
              .allMatch(command -> command.matches("(\\./)?grokfast .*"));
      if (block.why() == null && !ours) {
        fail(block.page() + " shows commands that no test runs, and not why:\n" + block.code());
      }
    }
  }
}
