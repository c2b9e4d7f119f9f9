package org.grokfast.tests.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each promise in docs/promises.md names tests that there are. */
class PromisesTest {
  private static final Pattern TEST = Pattern.compile("`(\\w+Test)`");
  private static final Pattern CASE =
      Pattern.compile("@(Test|TestFactory|ParameterizedTest|Property)\\b|extends \\w*RuleTest");

  private static Map<String, String> tests() throws IOException {
    Map<String, String> sources = new TreeMap<>();
    for (String module : List.of("plugin", "models", "graph-tools", "spark", "tests")) {
      try (Stream<Path> files = Files.walk(CodeBlocks.ROOT.resolve(module + "/src/test/java"))) {
        for (Path file : files.filter(f -> f.toString().endsWith("Test.java")).toList()) {
          String name = file.getFileName().toString().replace(".java", "");
          sources.merge(name, Files.readString(file), String::concat);
        }
      }
    }
    return sources;
  }

  @Test
  void everyPromiseIsHeldByATestThatRuns() throws IOException {
    List<String> promises =
        Files.readAllLines(CodeBlocks.ROOT.resolve("docs/promises.md")).stream()
            .filter(line -> line.startsWith("|") && !line.startsWith("| ---"))
            .filter(line -> !line.startsWith("| promise |"))
            .toList();
    Map<String, String> tests = tests();

    assertThat(promises).hasSizeGreaterThan(15);
    assertThat(promises)
        .allSatisfy(
            promise -> {
              Set<String> named =
                  TEST.matcher(promise)
                      .results()
                      .map((MatchResult found) -> found.group(1))
                      .collect(Collectors.toSet());
              assertThat(named).isNotEmpty();
              assertThat(tests).containsKeys(named.toArray(new String[0]));
              assertThat(named).allMatch(test -> CASE.matcher(tests.get(test)).find());
            });
  }
}
