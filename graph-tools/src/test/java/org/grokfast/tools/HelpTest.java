package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class HelpTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "inspect",
        "rewrite",
        "strip",
        "diff",
        "checkpoint",
        "verify",
        "export",
        "completion"
      })
  void hasAnExampleAndFits80Columns(String verb) {
    Cli.Run run = Cli.run("help", verb);
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("Example").contains("  grokfast " + verb + " ");
    assertThat(run.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "inspect",
        "rewrite",
        "strip",
        "diff",
        "checkpoint",
        "verify",
        "export",
        "completion"
      })
  void everyOptionSaysItsDefault(String verb) {
    CommandLine command = Main.commandLine().getSubcommands().get(verb);
    for (OptionSpec option : command.getCommandSpec().options()) {
      String text = String.join(" ", option.description());
      boolean says =
          text.toLowerCase(java.util.Locale.ROOT).contains("default")
              || List.of("--help", "--version", "--debug").contains(option.longestName());
      assertThat(says).as(option.longestName() + ": " + text).isTrue();
    }
  }
}
