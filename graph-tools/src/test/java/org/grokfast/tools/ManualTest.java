package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.grokfast.probe.Probes;
import org.grokfast.tools.console.CommandText;
import org.grokfast.tools.console.ExitCode;
import org.grokfast.tools.manual.FilterManual;
import org.grokfast.tools.manual.Manual;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manual, the man pages and the completion scripts. */
class ManualTest {
  @TempDir Path folder;

  @Test
  void theManualIsUpToDate() throws IOException {
    assertUpToDate("cli.md", Manual.of(Main.commandLine()));
  }

  @Test
  void thePageOfTheFiltersIsUpToDate() throws IOException {
    assertUpToDate("filters.md", FilterManual.page());
  }

  @Test
  void thePageOfTheProbesHasARowForEachOfThem() throws IOException {
    Path page = Path.of(System.getProperty("grokfast.root", ".."), "docs/probes.md");
    assertThat(Files.readAllLines(page))
        .filteredOn(line -> line.endsWith(" |") && line.startsWith("| `"))
        .containsSubsequence(
            Probes.ALL.stream()
                .map(
                    probe ->
                        "| `"
                            + probe.name()
                            + "` | "
                            + probe.about()
                            + " | "
                            + probe.formula()
                            + " |")
                .toArray(String[]::new));
  }

  private static void assertUpToDate(String name, String manual) throws IOException {
    Path file = Path.of(System.getProperty("grokfast.root", ".."), "docs", name);
    if (Boolean.getBoolean("grokfast.updateDocs")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, manual);
    }
    assertThat(file)
        .as(
            "write it again with: mvn -pl graph-tools -am test -Dtest=ManualTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dgrokfast.updateDocs=true")
        .hasContent(manual);
  }

  @Test
  void everyVerbHasAnExampleAndSaysWhatItsOptionsAre() {
    for (CommandText command : CommandText.all(Main.commandLine())) {
      assertThat(command.description()).as(command.name()).isNotBlank();
      assertThat(command.arguments()).allMatch(argument -> !argument.text().isBlank());
      if (!command.name().endsWith(" help")) {
        assertThat(command.footer())
            .as(command.name())
            .anyMatch(line -> line.contains("grokfast "));
      }
    }
  }

  @Test
  void completionKnowsEveryVerbAndOption() {
    for (String shell : List.of("bash", "zsh")) {
      Invocation run = Invocation.of("completion", shell);
      assertThat(run.code()).isZero();
      assertThat(run.out()).contains(Main.commandLine().getSubcommands().keySet());
      assertThat(run.out()).contains("--lamb", "--tolerance", "complete -F");
    }
    assertThat(Invocation.of("completion", "fish").code()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void everyVerbHasAManPageAndBothShellsACompletion() throws IOException {
    DistributionTexts.main(new String[] {folder.toString()});
    try (Stream<Path> pages = Files.list(folder.resolve("man/man1"))) {
      assertThat(pages.map(page -> page.getFileName().toString()))
          .contains("grokfast.1", "grokfast-verify.1", "grokfast-train-algorithmic.1");
    }
    assertThat(Files.readString(folder.resolve("man/man1/grokfast-verify.1")))
        .startsWith(".TH \"GROKFAST\\-VERIFY\" 1")
        .contains(".SH SYNOPSIS", ".SH OPTIONS", "\\fB\\-\\-steps=N\\fR")
        .contains("The number of training steps; default 50.");
    assertThat(folder.resolve("completion/grokfast.bash")).isNotEmptyFile();
    assertThat(folder.resolve("completion/grokfast.zsh")).isNotEmptyFile();
  }
}
