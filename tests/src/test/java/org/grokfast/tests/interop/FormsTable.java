package org.grokfast.tests.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.grokfast.filter.Ema;
import org.grokfast.io.Formats;
import org.grokfast.io.ModelFile;
import org.grokfast.io.ReadOptions;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.coverage.UnfilteredVariables;

/** What the pass does with every stored training graph, counted by the form of the graph. */
final class FormsTable {
  private static final Path ONNX = Path.of("src/test/resources/onnx");
  private static final String PLAIN = "ONNX: a step in standard operators";

  private final Map<String, int[]> counts = new LinkedHashMap<>();
  private final List<String> reasons = new ArrayList<>();

  private FormsTable() {}

  /** The table, and below it what is not rewritten, and why. */
  static String of(List<Fixture> fixtures) throws IOException {
    FormsTable table = new FormsTable();
    fixtures.forEach(fixture -> table.add(form(fixture.form()), fixture.path(), fixture.name()));
    for (Path file : files(ONNX)) {
      table.addOnnx(file);
    }
    return table.text();
  }

  private static String form(String manifest) {
    return switch (manifest) {
      case "metagraph" -> "MetaGraphDef (TensorFlow 1's `export_meta_graph`)";
      case "graphdef" -> "GraphDef";
      case "pbtxt" -> "GraphDef as text";
      case "savedmodel_v1" -> "SavedModel of TensorFlow 1: updates in the main graph";
      case "savedmodel" -> "SavedModel of TensorFlow 2: updates in functions";
      default -> throw new IllegalArgumentException(manifest);
    };
  }

  private void addOnnx(Path file) {
    String place = ONNX.relativize(file).toString().replace('\\', '/');
    String name = place.replace(".onnx", "");
    if (place.startsWith("artifacts/")) {
      if (place.endsWith("/training_model.onnx")) {
        add("ONNX Runtime's training artifacts", file.getParent(), name.replaceAll("/[^/]*$", ""));
      }
    } else if (place.contains("training_info")) {
      add("ONNX: `training_info`", file, name);
    } else {
      add(
          place.contains("microsoft") ? "ONNX: optimizer nodes of `com.microsoft`" : PLAIN,
          file,
          name);
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".onnx")).sorted().toList();
    }
  }

  private void add(String form, Path path, String name) {
    int[] row = counts.computeIfAbsent(form, key -> new int[3]);
    ModelFile file = Formats.read(path, ReadOptions.DEFAULTS);
    try {
      rewrite(file, UnfilteredVariables.REFUSE);
      row[0]++;
    } catch (GraphRewriteException refused) {
      boolean partly = isRewrittenInPart(file);
      row[partly ? 1 : 2]++;
      reasons.add(
          "- `%s`, %s: %s\n"
              .formatted(
                  name,
                  partly ? "in part with `--allow-unfiltered`" : "refused",
                  refused.getMessage().replace(path.toString(), name)));
    }
  }

  private static boolean isRewrittenInPart(ModelFile file) {
    try {
      rewrite(file, UnfilteredVariables.ALLOW);
      return true;
    } catch (GraphRewriteException e) {
      return false;
    }
  }

  private static void rewrite(ModelFile file, UnfilteredVariables unfiltered) {
    file.rewrite(
        Ema.defaults(),
        new ModelFile.RewriteSettings(Map.of(), Map.of(), false, false, unfiltered));
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    text.append("| form | graphs | rewritten whole | in part | refused |\n");
    text.append("| --- | --- | --- | --- | --- |\n");
    int[] sum = new int[3];
    counts.forEach(
        (form, row) -> {
          text.append(line(form, row));
          for (int i = 0; i < sum.length; i++) {
            sum[i] += row[i];
          }
        });
    text.append(line("all", sum));
    text.append("\nNot rewritten whole:\n\n");
    reasons.forEach(text::append);
    return text.toString();
  }

  private static String line(String form, int[] row) {
    return "| %s | %d | %d | %d | %d |\n"
        .formatted(form, row[0] + row[1] + row[2], row[0], row[1], row[2]);
  }
}
