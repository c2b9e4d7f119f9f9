package org.grokfast.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Imports between packages point down the rows of {@link Rooms}, and nowhere else. */
class PackageArrowsTest {
  private static final JavaClasses MAIN = MainClasses.all();

  @Test
  void everyPackageHasAPlaceInTheRows() {
    assertThat(Rooms.arrows(MAIN).keySet())
        .as("packages that are missing from Rooms")
        .allSatisfy(name -> assertThat(Rooms.row(name)).as(name).isPresent());
  }

  @Test
  void theRowsNameNoPackageThatIsGone() {
    assertThat(Rooms.rows().stream().flatMap(List::stream))
        .containsExactlyInAnyOrderElementsOf(new TreeSet<>(Rooms.arrows(MAIN).keySet()));
  }

  @Test
  void noImportPointsUpwardOrSideways() {
    List<String> wrong =
        Rooms.arrows(MAIN).entrySet().stream()
            .flatMap(
                from ->
                    from.getValue().entrySet().stream()
                        .filter(to -> row(to.getKey()) >= row(from.getKey()))
                        .flatMap(to -> describe(from.getKey(), to.getKey(), to.getValue())))
            .toList();
    assertThat(wrong).isEmpty();
  }

  private static int row(String name) {
    return Rooms.row(name).orElseThrow();
  }

  private static Stream<String> describe(String from, String to, List<String> classes) {
    return classes.stream().distinct().map(use -> from + " → " + to + ": " + use);
  }
}
