package org.grokfast.tools.compare;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.io.AtomicOutput;
import org.grokfast.io.Overwrite;
import org.grokfast.models.comparison.Arm;
import org.grokfast.models.comparison.ArmOptions;
import org.grokfast.models.tuning.SearchResult;
import org.grokfast.text.ShellWord;
import org.grokfast.tools.console.Json;
import org.grokfast.tools.console.TextPage;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/**
 * The files of a search.
 *
 * @param folder where they are
 */
record SearchFiles(Path folder) {
  private static final String JSON = "tune.json";
  private static final String BEST = "best.yaml";

  /**
   * Writes all of them, each in one step. Without a winner there is no arm, nor that of an earlier
   * search.
   */
  void write(SearchResult result) throws IOException {
    write(JSON, out -> Json.print(out, result.toMap()));
    if (result.best().isPresent()) {
      String arms = arms(result, result.best().get().arm());
      write(BEST, out -> out.print(arms));
    } else {
      Files.deleteIfExists(folder.resolve(BEST));
    }
  }

  /** The winner as a file of arms; it makes as many steps as the arm that the search began with. */
  private static String arms(SearchResult result, Arm best) {
    ArmOptions options =
        best.options()
            .without(List.of("threads"))
            .with("steps", List.of(Integer.toString(result.base().settings().steps())));
    Map<String, Object> arm = new LinkedHashMap<>();
    arm.put("about", best.about());
    options.values().forEach((key, values) -> arm.put(key, value(values)));
    Map<String, Object> arms = Map.of("arms", Map.of(result.base().name() + "-tuned", arm));
    DumpSettings settings =
        DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).setWidth(1_000).build();
    return "# Found by '"
        + ShellWord.join(result.origin().command())
        + "'\n# within "
        + result.budget()
        + " steps.\n"
        + new Dump(settings).dumpToString(arms);
  }

  /** A flag that is set is true, one that isn't false. */
  private static Object value(List<String> values) {
    if (values.isEmpty() || values.equals(List.of(""))) {
      return !values.isEmpty();
    }
    return values.size() == 1 ? values.get(0) : values;
  }

  private void write(String name, java.util.function.Consumer<PrintWriter> content) {
    new AtomicOutput(folder.resolve(name), Overwrite.REPLACE)
        .writeFile(
            out -> {
              PrintWriter writer =
                  new PrintWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
              content.accept(writer);
              writer.flush();
            });
  }

  /** Says where they are. */
  void list(TextPage page) {
    if (Files.exists(folder.resolve(BEST))) {
      page.field(0, "arm", folder.resolve(BEST).toString());
    }
    page.field(0, "JSON", folder.resolve(JSON).toString());
    page.flush();
  }
}
