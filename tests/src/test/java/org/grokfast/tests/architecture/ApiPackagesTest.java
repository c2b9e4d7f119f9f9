package org.grokfast.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Other modules use the plugin's API and nothing else of it. What else is public there is public
 * for its sister packages only.
 */
class ApiPackagesTest {
  /** Without {@code org.grokfast}; CONTRIBUTING lists the same. */
  private static final Set<String> API =
      Set.of(
          "",
          "filter",
          "filter.algebra",
          "filter.arrays",
          "filter.options",
          "io",
          "rewrite",
          "rewrite.coverage",
          "tensorflow",
          "tensorflow.checkpoint",
          "tensorflow.file",
          "tensorflow.format",
          "tensorflow.inspect",
          "tensorflow.live",
          "tensorflow.proof",
          "tensorflow.serving",
          "onnx",
          "onnx.file",
          "onnx.format",
          "onnx.graph",
          "onnx.inspect",
          "onnx.training",
          "pass",
          "probe",
          "proof",
          "text");

  /** Classes of closed packages that the command line needs, with the reason. */
  private static final Set<String> EXCEPTIONS =
      Set.of(
          // What verify reads from a rewritten ONNX model.
          "onnx.find.FilteredGradient");

  @Test
  void modelsAndToolsUseOnlyTheApiOfThePlugin() {
    List<String> wrong =
        MainClasses.all().stream()
            .filter(type -> !isPlugin(type))
            .flatMap(
                type ->
                    usesOf(type)
                        .filter(used -> !API.contains(Rooms.nameOf(used)))
                        .filter(used -> !EXCEPTIONS.contains(qualified(used)))
                        .map(used -> qualified(type) + " uses " + qualified(used)))
            .distinct()
            .sorted()
            .toList();
    assertThat(wrong).as("uses of packages that are no API").isEmpty();
  }

  @Test
  void everyExceptionIsStillNeeded() {
    Set<String> used =
        MainClasses.all().stream()
            .filter(type -> !isPlugin(type))
            .flatMap(ApiPackagesTest::usesOf)
            .map(ApiPackagesTest::qualified)
            .collect(Collectors.toSet());
    assertThat(used).containsAll(EXCEPTIONS);
  }

  @Test
  void theContributorsPageListsTheApiPackages() throws IOException {
    String page = Files.readString(Path.of(System.getProperty("grokfast.root"), "CONTRIBUTING.md"));
    for (String name : new TreeSet<>(API)) {
      assertThat(page).contains("`" + Rooms.ROOT + (name.isEmpty() ? "" : "." + name) + "`");
    }
  }

  private static Stream<JavaClass> usesOf(JavaClass type) {
    return type.getDirectDependenciesFromSelf().stream()
        .map(dependency -> dependency.getTargetClass().getBaseComponentType())
        .filter(used -> Rooms.isOurs(used) && isPlugin(used));
  }

  private static boolean isPlugin(JavaClass type) {
    String name = Rooms.nameOf(type);
    return !name.matches("(models|tools)(\\..*)?");
  }

  private static String qualified(JavaClass type) {
    return Rooms.nameOf(type) + "." + Rooms.outer(type);
  }
}
