package org.grokfast.tests.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The packages of the three modules from the bottom to the top. A package may import from lower
 * rows only; packages in one row don't know each other.
 */
final class Rooms {
  static final String ROOT = "org.grokfast";

  private static final List<List<String>> ROWS =
      List.of(
          // plugin
          List.of("graph", "filter.algebra", "proof", "rewrite.coverage", "text"),
          List.of("filter.options", "probe"),
          List.of("pass"),
          List.of("filter"),
          List.of("rewrite", "filter.arrays"),
          List.of("io", "rewrite.emit"),
          List.of("tensorflow.nodes", "onnx.file"),
          List.of("tensorflow.graph", "tensorflow.file.check", "onnx.graph"),
          List.of("onnx.next"),
          List.of("tensorflow.edit"),
          List.of("tensorflow.sharing"),
          List.of("tensorflow.find.flow", "onnx.find.step"),
          List.of(
              "tensorflow.find.roles",
              "tensorflow.cover",
              "tensorflow.emit",
              "tensorflow.checkpoint",
              "onnx.find",
              "onnx.emit"),
          List.of("tensorflow.find.update"),
          List.of(
              "tensorflow.find",
              "tensorflow.saver",
              "tensorflow.file",
              "tensorflow.proof",
              "onnx.cover",
              "onnx.pass"),
          List.of("tensorflow", "onnx"),
          List.of(
              "tensorflow.live",
              "tensorflow.serving",
              "tensorflow.inspect",
              "onnx.inspect",
              "onnx.training"),
          List.of("tensorflow.format", "onnx.format"),
          List.of(""),
          // models
          List.of(
              "models",
              "models.random",
              "models.optimizer",
              "models.statistics",
              "models.page",
              "models.analysis.linear",
              "models.analysis.response"),
          List.of(
              "models.data",
              "models.picture",
              "models.layers",
              "models.training.files",
              "models.analysis.curve",
              "models.analysis.information",
              "models.analysis.landscape",
              "models.analysis.spectrum"),
          List.of("models.task", "models.forecast.features"),
          List.of("models.analysis.graph"),
          List.of(
              "models.algorithmic",
              "models.imdb",
              "models.mnist",
              "models.parity",
              "models.qm9",
              "models.saved",
              "models.training",
              "models.comparison"),
          List.of("models.registry", "models.tuning", "models.analysis", "models.forecast"),
          List.of("models.analysis.files"),
          // graph-tools
          List.of("tools.console"),
          List.of("tools.verify"),
          List.of("tools.verify.tensorflow.plan"),
          List.of(
              "tools.verify.onnx",
              "tools.export",
              "tools.verify.tensorflow",
              "tools.picture",
              "tools.manual",
              "tools.runs"),
          List.of("tools.options", "tools.page"),
          List.of("tools.train", "tools.verbs", "tools.forecast"),
          List.of("tools.compare", "tools.analyze"),
          List.of("tools"));

  private Rooms() {}

  /** The names of the packages, without {@link #ROOT}, row by row from the bottom. */
  static List<List<String>> rows() {
    return ROWS;
  }

  /** The row in which a package stands, counted from the bottom. */
  static Optional<Integer> row(String name) {
    for (int row = 0; row < ROWS.size(); row++) {
      if (ROWS.get(row).contains(name)) {
        return Optional.of(row);
      }
    }
    return Optional.empty();
  }

  /** The package of a class, without {@link #ROOT}: {@code tensorflow.graph}. */
  static String nameOf(JavaClass type) {
    String name = type.getPackageName();
    return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1);
  }

  /** Whether a class belongs to this project. */
  static boolean isOurs(JavaClass type) {
    String name = type.getPackageName();
    return name.equals(ROOT) || name.startsWith(ROOT + ".");
  }

  /**
   * Every arrow between two packages, with the classes that make it.
   *
   * @return importing package, imported package, and one "A uses B" per pair of classes
   */
  static Map<String, Map<String, List<String>>> arrows(Iterable<JavaClass> classes) {
    Map<String, Map<String, List<String>>> arrows = new TreeMap<>();
    for (JavaClass type : classes) {
      Map<String, List<String>> uses =
          arrows.computeIfAbsent(nameOf(type), name -> new TreeMap<>());
      type.getDirectDependenciesFromSelf().stream()
          .map(dependency -> dependency.getTargetClass().getBaseComponentType())
          .filter(target -> isOurs(target) && !nameOf(target).equals(nameOf(type)))
          .distinct()
          .forEach(
              target ->
                  uses.computeIfAbsent(nameOf(target), name -> new ArrayList<>())
                      .add(outer(type) + " uses " + outer(target)));
    }
    return arrows;
  }

  /** The name of a class, or of the class around it. */
  static String outer(JavaClass type) {
    return type.getEnclosingClass().map(Rooms::outer).orElseGet(type::getSimpleName);
  }

  /** What is used from a start, also through others. */
  static Set<String> reachedFrom(String start, Map<String, Set<String>> uses) {
    Set<String> reached = new TreeSet<>();
    Deque<String> open = new ArrayDeque<>(uses.getOrDefault(start, Set.of()));
    while (!open.isEmpty()) {
      String name = open.pop();
      if (reached.add(name)) {
        open.addAll(uses.getOrDefault(name, Set.of()));
      }
    }
    return reached;
  }
}
