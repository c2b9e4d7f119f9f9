package org.grokfast.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.grokfast.tests.GeneratedFile;
import org.junit.jupiter.api.Test;

/** The picture in CONTRIBUTING shows the imports that there are. */
class PackagePictureTest {
  private static final Path ROOT = Path.of(System.getProperty("grokfast.root"));

  /** The module that this one can't have on its class path, for it brings Spark. */
  private static final String SPARK = "spark";

  private static final Pattern IMPORT =
      Pattern.compile("import org\\.grokfast\\.([a-z.]+)\\.[A-Z]\\w*;");

  @Test
  void thePictureShowsTheImports() throws IOException {
    Map<String, Set<String>> uses = new TreeMap<>();
    Rooms.arrows(MainClasses.all()).forEach((name, used) -> uses.put(name, used.keySet()));
    uses.put(SPARK, importsOfSpark());
    List<List<String>> rows = new ArrayList<>(Rooms.rows());
    rows.add(List.of(SPARK));
    GeneratedFile.check(
        ROOT.resolve("docs/packages.svg"),
        PackagePicture.draw(uses, rows),
        PackagePictureTest.class);
  }

  /** The packages that its sources name; it is one package. */
  private static Set<String> importsOfSpark() throws IOException {
    Set<String> imports = new TreeSet<>();
    try (Stream<Path> sources =
        Files.list(ROOT.resolve("spark/src/main/java/org/grokfast/spark"))) {
      for (Path source : sources.toList()) {
        IMPORT.matcher(Files.readString(source)).results().forEach(m -> imports.add(m.group(1)));
      }
    }
    assertThat(imports).contains("tools.runs");
    return imports;
  }

  @Test
  void anArrowThatALongerWayImpliesIsLeftOut() {
    Map<String, Set<String>> uses = Map.of("a", Set.of("b", "c"), "b", Set.of("c"), "c", Set.of());
    assertThat(PackagePicture.withoutImplied(uses))
        .isEqualTo(Map.of("a", Set.of("b"), "b", Set.of("c"), "c", Set.of()));
  }
}
