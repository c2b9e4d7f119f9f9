package org.grokfast.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A reader can hold a package and a file in mind. */
class SizeTest {
  private static final Path ROOT = Path.of(System.getProperty("grokfast.root"));
  private static final int MOST_FILES = 22;
  private static final int MOST_LINES = 400;

  @Test
  void noPackageHasMoreThan22Files() throws IOException {
    Map<String, Integer> files = new TreeMap<>();
    mainFiles()
        .forEach(
            file -> files.merge(ROOT.relativize(file.getParent()).toString(), 1, Integer::sum));
    files.values().removeIf(count -> count <= MOST_FILES);
    assertThat(files).isEmpty();
  }

  @Test
  void noFileHasMoreThan400Lines() throws IOException {
    Map<String, Long> lines = new TreeMap<>();
    mainFiles().forEach(file -> lines.put(ROOT.relativize(file).toString(), linesOf(file)));
    lines.values().removeIf(count -> count <= MOST_LINES);
    assertThat(lines).isEmpty();
  }

  @Test
  void everyPackageSaysWhatItIsFor() throws IOException {
    assertThat(mainFiles().stream().map(Path::getParent).distinct())
        .filteredOn(folder -> !Files.exists(folder.resolve("package-info.java")))
        .isEmpty();
  }

  private static List<Path> mainFiles() throws IOException {
    try (Stream<Path> modules =
        Stream.of("plugin", "models", "graph-tools", "spark").map(ROOT::resolve)) {
      return modules
          .map(module -> module.resolve("src/main/java"))
          .flatMap(SizeTest::walk)
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.endsWith("module-info.java"))
          .sorted()
          .toList();
    }
  }

  private static Stream<Path> walk(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long linesOf(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
