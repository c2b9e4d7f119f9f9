package org.grokfast.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What verbs take on small inputs, in turn, from the start of the launcher's process to its end:
 * the time in which nothing is computed yet. Prints a table as {@code docs/benchmarks.md} has it.
 * No part of the build; run it with
 *
 * <pre>
 *   ./grokfast --version
 *   mvn -B -pl tests -am test -Dtest=StartBenchmark -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 *
 * <p>{@code -Dgrokfast.benchmark.launcher="COMMAND"} takes another launcher than that of the
 * checkout, such as that of an unpacked distribution, {@code -Dgrokfast.benchmark.rounds=5} other
 * than 15 rounds.
 */
@Tag("process")
class StartBenchmark {
  private static final int ROUNDS = Integer.getInteger("grokfast.benchmark.rounds", 15);
  private static final Path ROOT = Path.of(System.getProperty("grokfast.root"));
  private static final String GRAPH =
      ROOT.resolve("tests/src/test/resources/graphs/resource_adam.pb").toString();

  private static final String NEW = "NEW";

  @TempDir Path folder;

  private final List<String> launcher =
      List.of(
          System.getProperty("grokfast.benchmark.launcher", ROOT.resolve("grokfast").toString())
              .split(" ", -1));
  private int number;

  @Test
  void printsWhatVerbsTake() throws Exception {
    String rewritten = name("rewritten.pb");
    String trained = name("trained");
    launch(List.of("rewrite", GRAPH, "-o", rewritten));
    launch(List.of("train", "mnist", "--generated", "--steps", "1", "--out", trained));
    Rounds rounds = new Rounds(1);
    verbs(rewritten, trained)
        .forEach((name, arguments) -> rounds.add(name, () -> launch(arguments)));
    rounds.run(ROUNDS);
    System.out.println("\n| verb | ms, median | lowest | highest |\n| --- | --- | --- | --- |");
    for (String name : rounds.names()) {
      System.out.printf(
          Locale.ROOT,
          "| `%s` | %.0f | %.0f | %.0f |%n",
          name,
          rounds.median(name),
          rounds.lowest(name),
          rounds.highest(name));
    }
  }

  /** Arguments by how a table names them; {@code NEW} is another name each time. */
  private static Map<String, List<String>> verbs(String rewritten, String trained) {
    Map<String, List<String>> verbs = new LinkedHashMap<>();
    verbs.put("--version", List.of("--version"));
    verbs.put("--help", List.of("--help"));
    verbs.put("inspect", List.of("inspect", GRAPH));
    verbs.put("rewrite --dry-run", List.of("rewrite", GRAPH, "--dry-run"));
    verbs.put("rewrite", List.of("rewrite", GRAPH, "-o", NEW));
    verbs.put("strip", List.of("strip", rewritten, "-o", NEW));
    verbs.put("diff", List.of("diff", GRAPH, rewritten));
    verbs.put("verify", List.of("verify", GRAPH, rewritten));
    verbs.put("export", List.of("export", trained, "-o", NEW));
    verbs.put(
        "train algorithmic --steps 1",
        List.of("train", "algorithmic", "--steps", "1", "--out", NEW));
    verbs.put(
        "train mnist --generated --steps 1",
        List.of("train", "mnist", "--generated", "--steps", "1", "--out", NEW));
    return verbs;
  }

  private String name(String name) {
    return folder.resolve(name).toString();
  }

  private void launch(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(launcher);
    for (String argument : arguments) {
      command.add(argument.equals(NEW) ? name("new" + number++) : argument);
    }
    Path output = folder.resolve("output.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    process.getOutputStream().close();
    int code = process.waitFor();
    // Graphs that differ, as diff's are, give 1.
    assertThat(code)
        .as("%s: %s", command, Files.readString(output))
        .isEqualTo(arguments.get(0).equals("diff") ? 1 : 0);
  }
}
