package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.grokfast.tests.RewrittenFixtures.Variant;
import org.grokfast.tools.Main;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A rewrite gives the bytes that it gave before. {@code rewritten.sha256} holds the digest of every
 * fixture under every variant; where a change of bytes is meant, {@value #REGENERATE} writes it
 * anew, and the commit says why.
 */
@Tag("bytes")
class RewrittenBytesTest {
  private static final String REGENERATE =
      "mvn -B test -pl tests -am -Dtest=RewrittenBytesTest -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dgrokfast.updateDigests=true";

  private static final Path DIGESTS =
      Path.of(System.getProperty("grokfast.root"), "tests/src/test/resources/rewritten.sha256");
  private static final String SEPARATOR = "  ";

  private static Map<String, String> expected;

  @BeforeAll
  static void readDigests(@TempDir Path scratch) throws IOException {
    if (Boolean.getBoolean("grokfast.updateDigests")) {
      List<String> lines = new ArrayList<>();
      for (Path fixture : RewrittenFixtures.all()) {
        Path own = Files.createTempDirectory(scratch, "fixture");
        digests(fixture, own).forEach((name, digest) -> lines.add(digest + SEPARATOR + name));
      }
      Files.write(DIGESTS, lines);
    }
    expected = new TreeMap<>();
    for (String line : Files.readAllLines(DIGESTS)) {
      int end = line.indexOf(SEPARATOR);
      expected.put(line.substring(end + SEPARATOR.length()), line.substring(0, end));
    }
  }

  @ParameterizedTest
  @MethodSource("org.grokfast.tests.RewrittenFixtures#all")
  void aRewriteGivesTheBytesOfBefore(
      Path fixture, @TempDir(factory = MemoryFolder.class) Path scratch) throws IOException {
    List<String> different =
        digests(fixture, scratch).entrySet().stream()
            .filter(entry -> !entry.getValue().equals(expected.get(entry.getKey())))
            .map(
                entry ->
                    entry.getKey()
                        + ": "
                        + entry.getValue()
                        + ", was "
                        + expected.get(entry.getKey()))
            .toList();
    assertThat(different)
        .as("rewrites with other bytes than before; if they are meant: %s", REGENERATE)
        .isEmpty();
  }

  @Test
  void theDigestsAreThoseOfTheFixturesAndVariants() throws IOException {
    List<String> names = new ArrayList<>();
    for (Path fixture : RewrittenFixtures.all()) {
      for (Variant variant : Variant.values()) {
        names.add(name(fixture, variant));
      }
    }
    assertThat(expected.keySet()).containsExactlyInAnyOrderElementsOf(names);
  }

  /** The digest of every variant of a fixture, or the exit code of a rewrite that is refused. */
  private static Map<String, String> digests(Path fixture, Path scratch) throws IOException {
    Map<String, String> digests = new LinkedHashMap<>();
    for (Variant variant : Variant.values()) {
      Path output = scratch.resolve(variant.name() + RewrittenFixtures.extension(fixture));
      int code = rewrite(fixture, output, variant);
      digests.put(
          name(fixture, variant), code == 0 ? RewrittenFixtures.digest(output) : "exit-" + code);
    }
    return digests;
  }

  private static String name(Path fixture, Variant variant) {
    return Stream.concat(Stream.of(RewrittenFixtures.name(fixture)), variant.options().stream())
        .collect(Collectors.joining(" "));
  }

  private static int rewrite(Path fixture, Path output, Variant variant) {
    List<String> words =
        new ArrayList<>(List.of("rewrite", fixture.toString(), "-o", output.toString()));
    words.addAll(variant.options());
    String[] arguments = words.toArray(String[]::new);
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter(), false);
    return Main.commandLineFor(arguments).setOut(nowhere).setErr(nowhere).execute(arguments);
  }
}
