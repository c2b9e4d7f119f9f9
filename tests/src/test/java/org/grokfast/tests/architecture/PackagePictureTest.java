package org.grokfast.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.grokfast.tests.GeneratedFile;
import org.junit.jupiter.api.Test;

/** The picture in CONTRIBUTING shows the imports that there are. */
class PackagePictureTest {
  @Test
  void thePictureShowsTheImports() throws IOException {
    Map<String, Set<String>> uses = new TreeMap<>();
    Rooms.arrows(MainClasses.all()).forEach((name, used) -> uses.put(name, used.keySet()));
    GeneratedFile.check(
        Path.of(System.getProperty("grokfast.root"), "docs/packages.svg"),
        PackagePicture.draw(uses, Rooms.rows()),
        PackagePictureTest.class);
  }

  @Test
  void anArrowThatALongerWayImpliesIsLeftOut() {
    Map<String, Set<String>> uses = Map.of("a", Set.of("b", "c"), "b", Set.of("c"), "c", Set.of());
    assertThat(PackagePicture.withoutImplied(uses))
        .isEqualTo(Map.of("a", Set.of("b"), "b", Set.of("c"), "c", Set.of()));
  }
}
