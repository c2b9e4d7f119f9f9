package org.grokfast.tools.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.models.comparison.Arm;
import org.grokfast.models.comparison.ArmOptions;
import org.grokfast.models.task.TaskSpec;
import org.grokfast.tools.console.ConfigException;
import org.grokfast.tools.options.YamlFile;
import org.snakeyaml.engine.v2.nodes.Node;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * A file of arms. {@code all} holds what every arm has unless it says otherwise, {@code arms} the
 * arms by name, {@code baseline} the name of the arm that the others are compared with. An arm's
 * keys are the options of {@code train TASK} without dashes, and {@code about}, a line for the
 * reader.
 */
public final class ArmsFile {
  private static final String ABOUT = "about";
  private static final List<String> KEYS = List.of("all", "arms", "baseline");

  private final YamlFile file;
  private final TrainOptions known;

  private ArmsFile(YamlFile file, TaskSpec kind) {
    this.file = file;
    this.known = new TrainOptions(kind);
  }

  /**
   * What a file says.
   *
   * @param arms the arms in their order; not empty
   * @param baseline the name of one of them
   */
  public record Content(List<Arm> arms, Optional<String> baseline) {}

  /** An option and where it was set. */
  private record Setting(Node key, List<String> values) {}

  /** The arms of a file, or those that come with the task if none is given. */
  static Content of(Path path, TaskSpec kind, ArmOptions fixed) throws IOException {
    return path == null ? shipped(kind, fixed) : read(path, kind, fixed);
  }

  /**
   * Reads and checks a file.
   *
   * @param fixed options that win over the file's
   * @throws ConfigException naming the line of the first thing that is wrong
   */
  static Content read(Path path, TaskSpec kind, ArmOptions fixed) throws IOException {
    return new ArmsFile(YamlFile.read(path), kind).content(fixed);
  }

  /** The arms that come with a task, {@link #shippedText}. */
  public static Content shipped(TaskSpec kind, ArmOptions fixed) {
    YamlFile file = YamlFile.parse("the arms of " + kind.name(), shippedText(kind));
    return new ArmsFile(file, kind).content(fixed);
  }

  /**
   * The file of arms that comes with a task.
   *
   * @throws ConfigException if there is none
   */
  public static String shippedText(TaskSpec kind) {
    return kind.arms()
        .orElseThrow(
            () ->
                new ConfigException(
                    "no arms come with the task " + kind.name() + "; give a file with --arms"));
  }

  /**
   * Those of the arms that have one of the names, in the order of the arms.
   *
   * @param option the option that gave the names
   */
  static List<Arm> chosen(
      List<Arm> arms, List<String> names, String option, RunArguments arguments) {
    List<String> all = arms.stream().map(Arm::name).toList();
    for (String name : names) {
      if (!all.contains(name)) {
        throw arguments.wrong(
            option + ": there is no arm '" + name + "'; the arms are " + String.join(", ", all));
      }
    }
    return arms.stream().filter(arm -> names.contains(arm.name())).toList();
  }

  private Content content(ArmOptions fixed) {
    Node root = file.content("expected a key 'arms'");
    Map<String, YamlFile.Entry> entries = file.entries(root, "expected the keys all and arms");
    entries.forEach(
        (key, entry) -> {
          if (!KEYS.contains(key)) {
            throw file.wrong(entry.key(), YamlFile.unknown(key, KEYS.stream()));
          }
        });
    if (!entries.containsKey("arms")) {
      throw file.wrong(root, "expected a key 'arms' with the arms by name");
    }
    Map<String, Setting> all = new LinkedHashMap<>();
    if (entries.containsKey("all")) {
      all.putAll(settings(entries.get("all").value()));
    }
    List<Arm> arms = new ArrayList<>();
    Node node = entries.get("arms").value();
    file.entries(node, "expected arms by name, such as 'adam: {filter: none}'")
        .forEach((name, entry) -> arms.add(arm(name, entry, all, fixed)));
    if (arms.isEmpty()) {
      throw file.wrong(node, "expected at least one arm");
    }
    return new Content(arms, baseline(entries, arms));
  }

  private Optional<String> baseline(Map<String, YamlFile.Entry> entries, List<Arm> arms) {
    if (!entries.containsKey("baseline")) {
      return Optional.empty();
    }
    Node node = entries.get("baseline").value();
    String name = file.scalar(node, "the name of an arm");
    List<String> names = arms.stream().map(Arm::name).toList();
    if (!names.contains(name)) {
      throw file.wrong(
          node, "there is no arm '" + name + "'; the arms are " + String.join(", ", names));
    }
    return Optional.of(name);
  }

  private Arm arm(String name, YamlFile.Entry entry, Map<String, Setting> all, ArmOptions fixed) {
    Map<String, Setting> settings = new LinkedHashMap<>(all);
    Map<String, Setting> own = settings(entry.value());
    settings.putAll(own);
    String about = settings.containsKey(ABOUT) ? settings.remove(ABOUT).values().get(0) : "";
    ArmOptions options = ArmOptions.NONE;
    for (Map.Entry<String, Setting> setting : settings.entrySet()) {
      options = options.with(setting.getKey(), setting.getValue().values());
    }
    options = options.with(fixed);
    try {
      return known.arm(name, about, options, Optional.empty());
    } catch (ParameterException | IllegalArgumentException e) {
      Node place = culprit(e.getMessage(), settings).orElse(entry.key());
      throw file.wrong(place, "arm '" + name + "': " + e.getMessage());
    }
  }

  /** A value may be wrong only beside others: the key that the message names first. */
  private static Optional<Node> culprit(String message, Map<String, Setting> settings) {
    for (String word : message.split("[^A-Za-z0-9-]+", -1)) {
      Setting setting = settings.get(word.startsWith("--") ? word.substring(2) : word);
      if (setting != null) {
        return Optional.of(setting.key());
      }
    }
    return Optional.empty();
  }

  private Map<String, Setting> settings(Node node) {
    Map<String, Setting> settings = new LinkedHashMap<>();
    file.entries(node, "expected options of train, such as 'lr: 0.003'")
        .forEach((key, entry) -> settings.put(key, setting(key, entry)));
    return settings;
  }

  private Setting setting(String key, YamlFile.Entry entry) {
    if (key.equals(ABOUT)) {
      return new Setting(entry.key(), List.of(file.scalar(entry.value(), "a text")));
    }
    OptionSpec option =
        known
            .find(key)
            .orElseThrow(() -> file.wrong(entry.key(), YamlFile.unknown(key, known.keys())));
    return new Setting(entry.key(), file.values(option, entry.value()));
  }
}
