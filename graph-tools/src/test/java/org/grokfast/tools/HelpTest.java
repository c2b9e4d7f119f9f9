package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The help of every verb and of every task, as it is printed. */
class HelpTest {
  private static final Map<List<String>, Cli.Run> HELP = new HashMap<>();

  /** The words that follow {@code grokfast help}. */
  static Stream<List<String>> commands() {
    List<List<String>> all = new ArrayList<>();
    collect(Main.commandLine(), List.of(), all);
    return all.stream();
  }

  private static void collect(CommandLine command, List<String> words, List<List<String>> all) {
    all.add(words);
    command
        .getSubcommands()
        .forEach(
            (word, next) -> {
              List<String> more = new ArrayList<>(words);
              more.add(word);
              collect(next, more, all);
            });
  }

  private static CommandLine command(List<String> words) {
    CommandLine command = Main.commandLine();
    for (String word : words) {
      command = command.getSubcommands().get(word);
    }
    return command;
  }

  /** Four tests read the help of each command. */
  private static Cli.Run help(List<String> words) {
    return HELP.computeIfAbsent(words, HelpTest::print);
  }

  private static Cli.Run print(List<String> words) {
    List<String> args = new ArrayList<>(List.of("help"));
    args.addAll(words);
    Cli.Run run = Cli.run(args.toArray());
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  @ParameterizedTest
  @MethodSource("commands")
  void isWhatTheOptionPrintsToo(List<String> words) {
    List<String> args = new ArrayList<>(words);
    args.add("--help");
    assertThat(Cli.run(args.toArray()).out()).isEqualTo(help(words).out());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void hasAnExampleAndFits80Columns(List<String> words) {
    Cli.Run run = help(words);
    String start = "  grokfast " + (words.isEmpty() ? "" : String.join(" ", words) + " ");
    // The completion's example stands within another command.
    boolean within = words.equals(List.of("completion"));
    assertThat(run.out()).containsPattern("(?m)^Examples?:$");
    assertThat(run.lines())
        .anyMatch(
            line -> (line + " ").startsWith(start) || (within && line.contains(start.strip())));
    assertThat(run.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
  }

  /** An example that is broken by the column cannot be pasted. */
  @ParameterizedTest
  @MethodSource("commands")
  void examplesArePrintedAsTheyAreWritten(List<String> words) {
    List<String> lines = help(words).lines();
    for (String line : command(words).getCommandSpec().usageMessage().footer()) {
      if (line.startsWith("  ")) {
        assertThat(lines).contains(line);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void aSynopsisIsNotBrokenWithinAnOption(List<String> words) {
    List<String> synopsis =
        help(words).lines().stream()
            .takeWhile(line -> line.startsWith("Usage:") || line.startsWith("   "))
            .toList();
    assertThat(synopsis).isNotEmpty();
    for (String line : synopsis) {
      assertThat(line.chars().filter(c -> c == '[').count())
          .as(line)
          .isEqualTo(line.chars().filter(c -> c == ']').count());
      assertThat(line).doesNotContain("......").doesNotContain("...[");
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyOptionSaysItsDefault(List<String> words) {
    for (OptionSpec option : command(words).getCommandSpec().options()) {
      String text = String.join(" ", option.description());
      boolean says =
          text.toLowerCase(Locale.ROOT).contains("default")
              || List.of("--help", "--version", "--debug").contains(option.longestName());
      assertThat(says).as(option.longestName() + ": " + text).isTrue();
    }
  }

  @Test
  void aWordThatIsNoVerbOrTaskIsUsage() {
    Cli.Run verb = Cli.run("help", "rewite");
    assertThat(verb.code()).isEqualTo(2);
    assertThat(verb.err()).startsWith("grokfast: unknown verb 'rewite'; expected one of train, ");
    Cli.Run task = Cli.run("help", "train", "cifar");
    assertThat(task.code()).isEqualTo(2);
    assertThat(task.err()).startsWith("grokfast: unknown task 'cifar'; expected one of alg");
    assertThat(Cli.run("help", "inspect", "model.pb").err())
        .startsWith("grokfast: 'grokfast inspect' has no 'model.pb'");
  }

  @Test
  void coloursDoNotMoveTheLines() {
    String plain = help(List.of("rewrite")).out();
    CommandLine command = Main.commandLine().getSubcommands().get("rewrite");
    String coloured = command.getUsageMessage(CommandLine.Help.Ansi.ON);
    assertThat(coloured).contains("\u001b[");
    assertThat(coloured.replaceAll("\u001b\\[[0-9;]*m", "").lines().toList())
        .isEqualTo(plain.lines().toList());
  }
}
