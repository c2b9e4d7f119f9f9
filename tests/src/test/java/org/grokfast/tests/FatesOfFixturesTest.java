package org.grokfast.tests;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.grokfast.io.Formats;
import org.grokfast.io.ReadOptions;
import org.grokfast.rewrite.coverage.Coverage;
import org.grokfast.rewrite.coverage.Fate;
import org.grokfast.rewrite.coverage.VariableFate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What becomes of every variable of the TensorFlow fixtures: the table {@code fates.txt}, a line a
 * fixture, and a line for each variable that is not simply filtered or the optimizer's.
 */
@Tag("bytes")
class FatesOfFixturesTest {
  private static final Path TABLE =
      Path.of(System.getProperty("grokfast.root"), "tests/src/test/resources/fates.txt");

  @Test
  void everyVariableOfEveryFixtureHasTheFateOfTheTable() throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path fixture : RewrittenFixtures.all()) {
      String name = RewrittenFixtures.name(fixture);
      if (!name.startsWith("onnx")) {
        add(lines, name, Formats.read(fixture, ReadOptions.DEFAULTS).inspect().coverage());
      }
    }
    GeneratedFile.check(TABLE, String.join("\n", lines) + "\n", FatesOfFixturesTest.class);
  }

  private static void add(List<String> lines, String name, Coverage coverage) {
    StringBuilder counts = new StringBuilder(name);
    for (Fate fate : Fate.values()) {
      if (coverage.count(fate) > 0) {
        counts.append(String.format(Locale.ROOT, ", %s %d", fate.label(), coverage.count(fate)));
      }
    }
    lines.add(counts.toString());
    for (VariableFate each : coverage.fates()) {
      if (each.fate() != Fate.FILTERED && each.fate() != Fate.OPTIMIZER_STATE) {
        lines.add("  " + each.variable() + ": " + each.fate().label() + ": " + each.reason());
      }
    }
  }
}
