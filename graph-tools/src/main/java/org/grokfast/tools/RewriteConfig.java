package org.grokfast.tools;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.grokfast.file.NearestName;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Options from a YAML file; JSON is a part of YAML. The keys are the options without their dashes,
 * a flag is {@code true} or {@code false}, and what may be repeated is a list.
 */
final class RewriteConfig {
  private static final long MOST_BYTES = 1 << 20;

  private final Path file;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final CommandSpec known = new CommandLine(new ConfiguredArguments()).getCommandSpec();

  private RewriteConfig(Path file) {
    this.file = file;
  }

  /** One key: its line, counted from 1, and what it says as words of a command line. */
  private record Entry(int line, List<String> words) {}

  /**
   * Reads and checks a file.
   *
   * @throws ConfigException naming the line of the first thing that is wrong
   */
  static RewriteConfig read(Path file) throws IOException {
    RewriteConfig config = new RewriteConfig(file);
    config.compose().ifPresent(config::load);
    return config;
  }

  /** What the file says, with the options that were given on the command line in their place. */
  ConfiguredArguments under(CommandSpec commandLine) {
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
    return spec.originalStringValues().stream()
        .map(value -> isFlag(spec) ? option : option + "=" + value)
        .toList();
  }

  private static boolean isFlag(OptionSpec option) {
    return option.arity().max() == 0;
  }

  /** A value may be wrong only beside others: the line is that of the key named first. */
  private ParameterException located(CommandSpec commandLine, ParameterException error) {
    String place = "";
    for (String word : error.getMessage().split("[^A-Za-z-]+", -1)) {
      String key = word.startsWith("--") ? word.substring(2) : word;
      Entry entry = given(commandLine, "--" + key) ? null : entries.get(key);
      if (entry != null) {
        place = file + ", line " + entry.line() + ": ";
        break;
      }
    }
    return new ParameterException(
        commandLine.commandLine(), place + error.getMessage(), error.getCause());
  }

  private Optional<Node> compose() throws IOException {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new ConfigException(file + ": more than 1 MiB, which is no configuration");
      }
      String text = Files.readString(file, StandardCharsets.UTF_8);
      LoadSettings settings = LoadSettings.builder().setLabel(file.toString()).build();
      return new Compose(settings).composeString(text);
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
      throw new ConfigException(file + ", line " + line + ": " + e.getProblem(), e);
    } catch (YamlEngineException e) {
      throw new ConfigException(file + ": " + e.getMessage(), e);
    } catch (CharacterCodingException e) {
      throw new ConfigException(file + ": the text is not UTF-8. Save it as UTF-8.", e);
    }
  }

  private void load(Node root) {
    if (!(root instanceof MappingNode mapping)) {
      throw wrong(root, "expected keys and values, such as 'alpha: 0.98'");
    }
    for (NodeTuple tuple : mapping.getValue()) {
      String key = scalar(tuple.getKeyNode(), "a key");
      OptionSpec option = known.findOption("--" + key);
      if (option == null) {
        throw wrong(tuple.getKeyNode(), unknown(key));
      }
      Entry entry = new Entry(line(tuple.getKeyNode()), words(option, tuple.getValueNode()));
      if (entries.put(key, entry) != null) {
        throw wrong(tuple.getKeyNode(), "'" + key + "' is there a second time");
      }
      check(tuple.getKeyNode(), key, entry);
    }
  }

  private String unknown(String key) {
    TreeSet<String> keys = new TreeSet<>();
    known.options().forEach(option -> keys.add(option.longestName().substring(2)));
    return "unknown key '"
        + key
        + "'; "
        + NearestName.of(key, keys.stream())
            .map(name -> "did you mean '" + name + "'?")
            .orElse("the keys are " + String.join(", ", keys));
  }

  private List<String> words(OptionSpec option, Node value) {
    String name = option.longestName();
    if (isFlag(option)) {
      String text = scalar(value, "true or false");
      if (!text.equals("true") && !text.equals("false")) {
        throw wrong(value, "'" + name.substring(2) + "' must be true or false, was '" + text + "'");
      }
      return text.equals("true") ? List.of(name) : List.of();
    }
    if (value instanceof SequenceNode sequence && option.isMultiValue()) {
      List<String> words = new ArrayList<>();
      sequence.getValue().forEach(node -> words.add(name + "=" + scalar(node, "a text")));
      return words;
    }
    return List.of(name + "=" + scalar(value, option.isMultiValue() ? "a list" : "one value"));
  }

  private String scalar(Node node, String expected) {
    if (node instanceof ScalarNode scalar && !scalar.getTag().equals(Tag.NULL)) {
      return scalar.getValue();
    }
    throw wrong(node, "expected " + expected);
  }

  /** A value of the wrong type is found before it meets others. */
  private void check(Node node, String key, Entry entry) {
    try {
      new CommandLine(new ConfiguredArguments())
          .setCaseInsensitiveEnumValuesAllowed(true)
          .parseArgs(toArray(entry.words()));
    } catch (ParameterException e) {
      throw wrong(node, e.getMessage().replace("option '--" + key + "'", "'" + key + "'"));
    }
  }

  private static String[] toArray(List<String> words) {
    return words.toArray(new String[0]);
  }

  private ConfigException wrong(Node node, String what) {
    return new ConfigException(file + ", line " + line(node) + ": " + what);
  }

  private static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
  }
}
