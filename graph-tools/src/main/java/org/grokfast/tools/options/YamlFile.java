package org.grokfast.tools.options;

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
import java.util.stream.Stream;
import org.grokfast.io.NearestName;
import org.grokfast.tools.console.ConfigException;
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
import picocli.CommandLine.Model.OptionSpec;

/** A YAML file as nodes that know their lines; JSON is a part of YAML. */
public final class YamlFile {
  private static final long MOST_BYTES = 1 << 20;

  private final String name;
  private final Optional<Node> root;

  private YamlFile(String name, Optional<Node> root) {
    this.name = name;
    this.root = root;
  }

  /** A key and its value. */
  public record Entry(Node key, Node value) {}

  /**
   * Reads a file.
   *
   * @throws ConfigException if it is no YAML, with the line
   */
  public static YamlFile read(Path file) throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw new ConfigException(file + ": more than 1 MiB, which is no configuration");
    }
    try {
      return parse(file.toString(), Files.readString(file, StandardCharsets.UTF_8));
    } catch (CharacterCodingException e) {
      throw new ConfigException(file + ": the text is not UTF-8. Save it as UTF-8.", e);
    }
  }

  /**
   * Reads a text.
   *
   * @param name what it is called in messages
   */
  public static YamlFile parse(String name, String text) {
    try {
      LoadSettings settings = LoadSettings.builder().setLabel(name).build();
      return new YamlFile(name, new Compose(settings).composeString(text));
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
      throw new ConfigException(name + ", line " + line + ": " + e.getProblem(), e);
    } catch (YamlEngineException e) {
      throw new ConfigException(name + ": " + e.getMessage(), e);
    } catch (StackOverflowError e) {
      throw new ConfigException(
          name + ": lists and mappings are nested too deeply; expected a few levels", e);
    }
  }

  /** What the file holds; nothing if it is empty. */
  public Optional<Node> root() {
    return root;
  }

  /**
   * What the file holds.
   *
   * @param expected what is said where it is empty
   * @throws ConfigException if it is
   */
  public Node content(String expected) {
    return root.orElseThrow(() -> new ConfigException(name + ": the file is empty; " + expected));
  }

  /**
   * The entries of a mapping, in their order.
   *
   * @param expected what is said where the node is something else
   * @throws ConfigException for a key that is there twice
   */
  public Map<String, Entry> entries(Node node, String expected) {
    if (!(node instanceof MappingNode mapping)) {
      throw wrong(node, expected);
    }
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      String key = scalar(tuple.getKeyNode(), "a key");
      if (entries.put(key, new Entry(tuple.getKeyNode(), tuple.getValueNode())) != null) {
        throw wrong(tuple.getKeyNode(), "'" + key + "' is there a second time");
      }
    }
    return entries;
  }

  /** The text of a single value. */
  public String scalar(Node node, String expected) {
    if (node instanceof ScalarNode scalar && !scalar.getTag().equals(Tag.NULL)) {
      return scalar.getValue();
    }
    throw wrong(node, "expected " + expected);
  }

  /** The texts of a list. */
  List<String> list(Node node, String expected) {
    if (!(node instanceof SequenceNode sequence)) {
      throw wrong(node, "expected " + expected);
    }
    return sequence.getValue().stream().map(value -> scalar(value, "a text")).toList();
  }

  /** The values of an option: one and empty for a flag that is set, none for one that isn't. */
  public List<String> values(OptionSpec option, Node value) {
    String key = option.longestName().substring(2);
    if (option.arity().max() == 0) {
      String text = scalar(value, "true or false");
      if (!text.equals("true") && !text.equals("false")) {
        throw wrong(value, "'" + key + "' must be true or false, was '" + text + "'");
      }
      return text.equals("true") ? List.of("") : List.of();
    }
    if (value instanceof SequenceNode && option.isMultiValue()) {
      return new ArrayList<>(list(value, "a list"));
    }
    return List.of(scalar(value, option.isMultiValue() ? "a list" : "one value"));
  }

  /** What is said of a key that doesn't exist. */
  public static String unknown(String key, Stream<String> known) {
    TreeSet<String> keys = new TreeSet<>(known.toList());
    return "unknown key '"
        + key
        + "'; "
        + NearestName.of(key, keys.stream())
            .map(name -> "did you mean '" + name + "'?")
            .orElse("the keys are " + String.join(", ", keys));
  }

  /** The name of the file and the line of a node. */
  String place(Node node) {
    return name + ", line " + node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
  }

  public ConfigException wrong(Node node, String what) {
    return new ConfigException(place(node) + ": " + what);
  }
}
