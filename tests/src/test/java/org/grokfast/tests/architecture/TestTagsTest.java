package org.grokfast.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.properties.HasAnnotations;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Tags;
import org.junit.jupiter.api.Test;

/**
 * {@code mvn -Pfast test} leaves out what is tagged as slow, and what is slow is tagged: a test
 * that runs TensorFlow or ONNX Runtime, and one that starts processes, whether itself or through
 * another class of the tests. What main classes do is not looked into; there the fast run has no
 * native libraries on its class path, so that such a test fails in it.
 */
class TestTagsTest {
  private static final Path ROOT = Path.of(System.getProperty("grokfast.root"));
  private static final Pattern TEST = Pattern.compile(".*(Test|Check)");
  private static final Pattern NATIVE =
      Pattern.compile(
          "org\\.tensorflow\\.(Session|Graph|EagerSession|SavedModelBundle|TensorFlow|Tensor"
              + "|ConcreteFunction|Operand|Output|(op|types|framework)\\..*)(\\$.*)?"
              + "|ai\\.onnxruntime\\..*");
  private static final Pattern PROCESS = Pattern.compile("java\\.lang\\.ProcessBuilder(\\$.*)?");

  /** For every class of the tests what it uses, and the tags that it has. */
  private static final Map<String, Set<String>> USES = new TreeMap<>();

  private static final Map<String, Set<String>> TAGS = new TreeMap<>();

  @BeforeAll
  static void readTests() {
    List<Path> compiled =
        Stream.of("plugin", "models", "graph-tools", "spark", "tests")
            .map(module -> ROOT.resolve(module).resolve("target/test-classes"))
            .filter(Files::isDirectory)
            .toList();
    for (JavaClass type : new ClassFileImporter().importPaths(compiled)) {
      String name = outermost(type.getName());
      Set<String> used = USES.computeIfAbsent(name, n -> new TreeSet<>());
      type.getDirectDependenciesFromSelf().stream()
          .map(dependency -> dependency.getTargetClass().getBaseComponentType().getName())
          .forEach(target -> used.add(target.startsWith(Rooms.ROOT) ? outermost(target) : target));
      TAGS.computeIfAbsent(name, n -> new TreeSet<>()).addAll(tags(type));
    }
  }

  @Test
  void whatRunsANativeLibraryIsTaggedNative() {
    assertThat(untagged(NATIVE, Set.of("native"))).isEmpty();
  }

  @Test
  void whatStartsProcessesIsTaggedProcessOrNative() {
    assertThat(untagged(PROCESS, Set.of("process", "native"))).isEmpty();
  }

  @Test
  void everyTagIsOneThatTheFastRunKnows() {
    Set<String> all = TAGS.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
    assertThat(Set.of("native", "process", "fuzz", "bytes", "large", "ort-training"))
        .containsAll(all);
  }

  private static List<String> untagged(Pattern slow, Set<String> wanted) {
    return USES.keySet().stream()
        .filter(name -> TEST.matcher(name).matches())
        .filter(name -> TAGS.get(name).stream().noneMatch(wanted::contains))
        .filter(name -> Rooms.reachedFrom(name, USES).stream().anyMatch(slow.asMatchPredicate()))
        .toList();
  }

  private static String outermost(String name) {
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }

  /** The tags of a class and of its methods, also of those that it inherits. */
  private static Set<String> tags(JavaClass type) {
    Set<String> tags = new TreeSet<>(tagsOf(type));
    type.getAllMethods().forEach(method -> tags.addAll(tagsOf(method)));
    return tags;
  }

  private static Set<String> tagsOf(HasAnnotations<?> element) {
    Set<String> tags = new TreeSet<>();
    element.tryGetAnnotationOfType(Tag.class).ifPresent(tag -> tags.add(tag.value()));
    element
        .tryGetAnnotationOfType(Tags.class)
        .ifPresent(several -> Stream.of(several.value()).forEach(tag -> tags.add(tag.value())));
    return tags;
  }
}
