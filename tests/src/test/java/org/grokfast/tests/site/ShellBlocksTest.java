package org.grokfast.tests.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.grokfast.tests.site.CodeBlocks.Block;
import org.grokfast.tools.Main;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The commands of a page, one after the other, on files with the names that it uses. */
@Tag("native")
class ShellBlocksTest {
  private static final Path RESOURCES = CodeBlocks.ROOT.resolve("tests/src/test/resources");
  private static final Map<String, String> FILES =
      Map.of(
          "model.pb", "graphs/resource_adam.pb",
          "step.onnx", "onnx/exported/plain-step-sgd.onnx",
          "step", "interop/savedmodel/k3_adam");
  private static final Set<String> READS = Set.of("inspect", "rewrite", "diff", "strip", "verify");

  @TempDir Path folder;

  static Stream<String> pages() throws IOException {
    return CodeBlocks.all().stream().filter(ShellBlocksTest::isRun).map(Block::page).distinct();
  }

  private static boolean isRun(Block block) {
    return block.language().equals("sh") && block.why() == null;
  }

  @ParameterizedTest
  @MethodSource("pages")
  void theCommandsOfAPageDoWhatTheyShould(String page) throws IOException {
    for (Map.Entry<String, String> file : FILES.entrySet()) {
      copy(RESOURCES.resolve(file.getValue()), folder.resolve(file.getKey()));
    }
    Map<String, String> said = new LinkedHashMap<>();
    for (Block block : CodeBlocks.all()) {
      if (block.page().equals(page) && isRun(block)) {
        for (String command : CodeBlocks.commands(block.code())) {
          said.put(command, run(command));
        }
      }
    }
    assertThat(said).isNotEmpty();
    if (page.endsWith("command-line.md")) {
      assertThat(folder.resolve("stripped.pb")).hasSameBinaryContentAs(folder.resolve("model.pb"));
    }
  }

  /** Runs a command as if in the folder; fails unless it ends well. */
  private String run(String command) {
    List<String> words = new ArrayList<>();
    for (String word : CodeBlocks.words(command)) {
      boolean file =
          word.matches(
              "(model|filtered|stripped|chained)\\.pb|.*\\.onnx|\\w+\\.html|step|filtered");
      words.add(file ? folder.resolve(word).toString() : word);
    }
    assertThat(READS).as(command).contains(words.get(1));
    if (words.get(1).equals("rewrite") && Files.exists(Path.of(words.get(4)))) {
      words.add("--force");
    }
    String[] arguments = words.subList(1, words.size()).toArray(String[]::new);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();

    CommandLine program = Main.commandLineFor(arguments);
    program.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int code = program.execute(arguments);

    // Of diff, as of programs that compare, 1 says that there are differences.
    int expected = words.get(1).equals("diff") ? 1 : 0;
    assertThat(code).as("%s%n%s", command, err).isEqualTo(expected);
    return out.toString();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }
}
