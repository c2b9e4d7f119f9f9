package org.grokfast.tools.options;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.tools.console.ConfigException;
import org.grokfast.tools.console.Errors;
import org.snakeyaml.engine.v2.nodes.Node;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Options from a YAML file; JSON is a part of YAML. The keys are the options without their dashes,
 * a flag is {@code true} or {@code false}, and what may be repeated is a list.
 */
public final class RewriteConfig {
  private final YamlFile file;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final CommandSpec known = new CommandLine(new ConfiguredArguments()).getCommandSpec();

  private RewriteConfig(YamlFile file) {
    this.file = file;
  }

  /** One key: where it stands, and what it says as words of a command line. */
  private record Entry(String place, List<String> words) {}

  /**
   * Reads and checks a file.
   *
   * @throws ConfigException naming the line of the first thing that is wrong
   */
  public static RewriteConfig read(Path path) throws IOException {
    RewriteConfig config = new RewriteConfig(YamlFile.read(path));
    config.file.root().ifPresent(config::load);
    return config;
  }

  /** What the file says, with the options that were given on the command line in their place. */
  public ConfiguredArguments under(CommandSpec commandLine) {
    List<String> words = new ArrayList<>();
    entries.forEach(
        (key, entry) -> {
          if (!given(commandLine, "--" + key)) {
            words.addAll(entry.words());
          }
        });
    for (OptionSpec option : known.options()) {
      if (given(commandLine, option.longestName())) {
        words.addAll(again(commandLine, option.longestName()));
      }
    }
    ConfiguredArguments arguments = new ConfiguredArguments();
    new CommandLine(arguments).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(toArray(words));
    try {
      arguments.filter().filter();
    } catch (ParameterException e) {
      throw located(commandLine, e);
    }
    return arguments;
  }

  private static boolean given(CommandSpec commandLine, String option) {
    return commandLine.commandLine().getParseResult().hasMatchedOption(option);
  }

  private static List<String> again(CommandSpec commandLine, String option) {
    OptionSpec spec = commandLine.findOption(option);
    return words(spec, spec.originalStringValues());
  }

  private static List<String> words(OptionSpec option, List<String> values) {
    String name = option.longestName();
    return values.stream()
        .map(value -> option.arity().max() == 0 ? name : name + "=" + value)
        .toList();
  }

  /**
   * A value may be wrong only beside others: the line is that of the key named first. Where the
   * file names none of them, the command line is at fault.
   */
  private RuntimeException located(CommandSpec commandLine, ParameterException error) {
    for (String word : error.getMessage().split("[^A-Za-z-]+", -1)) {
      String key = word.startsWith("--") ? word.substring(2) : word;
      Entry entry = given(commandLine, "--" + key) ? null : entries.get(key);
      if (entry != null) {
        return new ConfigException(entry.place() + ": " + error.getMessage(), error);
      }
    }
    return new ParameterException(commandLine.commandLine(), error.getMessage(), error.getCause());
  }

  private void load(Node root) {
    file.entries(root, "expected keys and values, such as 'alpha: 0.98'")
        .forEach(
            (key, entry) -> {
              OptionSpec option = known.findOption("--" + key);
              if (option == null) {
                throw file.wrong(
                    entry.key(),
                    YamlFile.unknown(
                        key, known.options().stream().map(o -> o.longestName().substring(2))));
              }
              List<String> words = words(option, file.values(option, entry.value()));
              entries.put(key, new Entry(file.place(entry.key()), words));
              check(entry.key(), key, words);
            });
  }

  /** A value of the wrong type is found before it meets others. */
  private void check(Node node, String key, List<String> words) {
    try {
      new CommandLine(new ConfiguredArguments())
          .setCaseInsensitiveEnumValuesAllowed(true)
          .parseArgs(toArray(words));
    } catch (ParameterException e) {
      throw file.wrong(
          node, Errors.usageText(e).replace("option '--" + key + "'", "'" + key + "'"));
    }
  }

  private static String[] toArray(List<String> words) {
    return words.toArray(new String[0]);
  }
}
