package org.grokfast.tools.console;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * What {@code --help} says of a command, in parts: the one source of the manual and of the man
 * pages.
 *
 * @param name the words that call it: {@code grokfast inspect}
 * @param synopsis how it is called, in lines of at most 80 columns
 * @param description what it does
 * @param arguments parameters and options
 * @param footer what follows: examples and remarks, a line each
 * @param exitCodes exit codes and what they mean; only the program itself has them
 */
public record CommandText(
    String name,
    List<String> synopsis,
    String description,
    List<Argument> arguments,
    List<String> footer,
    List<Argument> exitCodes) {

  /**
   * A parameter or an option.
   *
   * @param label as it is written: {@code -o, --output=OUT}
   * @param text what it means
   */
  public record Argument(String label, String text) {}

  /** A program and all its commands, those of commands included, in the order of the help. */
  public static List<CommandText> all(CommandLine program) {
    List<CommandText> texts = new ArrayList<>();
    texts.add(of(program.getCommandSpec()));
    for (CommandLine command : program.getSubcommands().values()) {
      texts.addAll(all(command));
    }
    return texts;
  }

  private static CommandText of(CommandSpec spec) {
    UsageHelp help = new UsageHelp(spec, Help.defaultColorScheme(Ansi.OFF));
    List<Argument> arguments = new ArrayList<>();
    for (PositionalParamSpec parameter : spec.positionalParameters()) {
      if (!parameter.hidden()) {
        arguments.add(new Argument(label(help, parameter), text(parameter)));
      }
    }
    for (OptionSpec option : spec.options()) {
      if (!option.hidden()) {
        String names = String.join(", ", option.names());
        arguments.add(new Argument(names + label(help, option), text(option)));
      }
    }
    List<Argument> exitCodes = new ArrayList<>();
    spec.usageMessage()
        .exitCodeList()
        .forEach((code, text) -> exitCodes.add(new Argument(code, text)));
    return new CommandText(
        spec.qualifiedName(),
        help.synopsisLines(),
        String.join(" ", spec.usageMessage().description()),
        arguments,
        trimmed(Arrays.asList(spec.usageMessage().footer())),
        exitCodes);
  }

  /** What stands for the value: {@code =N}, or nothing for a flag. */
  private static String label(Help help, ArgSpec argument) {
    return help.parameterLabelRenderer()
        .renderParameterLabel(argument, Ansi.OFF, List.of())
        .plainString();
  }

  private static String text(ArgSpec argument) {
    String text = String.join(" ", argument.description());
    String value = argument.defaultValueString();
    return value == null ? text : text.replace("${DEFAULT-VALUE}", value);
  }

  private static List<String> trimmed(List<String> lines) {
    int start = 0;
    while (start < lines.size() && lines.get(start).isBlank()) {
      start++;
    }
    return lines.subList(start, lines.size());
  }
}
