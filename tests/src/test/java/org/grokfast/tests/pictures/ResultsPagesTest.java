package org.grokfast.tests.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every page of results shows first what it found, on light and on dark pages. */
class ResultsPagesTest {
  private static final Path FOLDER = RecordedRuns.folder().getParent();

  /** The list of the pages, and the rules that they follow. */
  private static final Set<String> NO_RESULTS = Set.of("README.md", "how-we-compare.md");

  private static final Pattern OPENING =
      Pattern.compile(
          """
          # [^\n]+

          <picture>
            <source media="\\(prefers-color-scheme: dark\\)" srcset="([^"]+)-dark.svg">
            <img src="([^"]+)-light.svg" width="900" alt="[^"]{20,}">
          </picture>
          """);

  static List<String> pages() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      List<String> pages =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".md") && !NO_RESULTS.contains(name))
              .sorted()
              .toList();
      assertThat(pages).contains("held-out.md", "rewriting.md");
      return pages;
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void aPageOpensWithAFigureInBothThemes(String page) throws IOException {
    Matcher opening = OPENING.matcher(Files.readString(FOLDER.resolve(page)));
    assertThat(opening.lookingAt())
        .as("%s begins with its title and a <picture> of two themes, as held-out.md does", page)
        .isTrue();
    assertThat(opening.group(2)).as("the same figure in both themes").isEqualTo(opening.group(1));
    for (String theme : List.of("light", "dark")) {
      assertThat(FOLDER.resolve(opening.group(1) + "-" + theme + ".svg")).isRegularFile();
    }
  }
}
