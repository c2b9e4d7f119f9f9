package org.grokfast.models.analysis.files;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.grokfast.models.analysis.AnalysisReport;
import org.grokfast.models.training.files.AtomicFiles;

/**
 * The files of an analysis: {@code analysis.json}, {@code analysis.csv} with a row a checkpoint,
 * {@code layers.csv} with a row a checkpoint and layer, {@code analysis.png} and {@code
 * analysis.svg}, {@code landscape.png}, {@code landscape.svg} and {@code landscape.csv}, and {@code
 * analysis.html}.
 */
public final class AnalysisFiles {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private AnalysisFiles() {}

  /**
   * Writes them, each whole or not at all.
   *
   * @param folder made if it isn't there
   * @return the files by what they hold
   */
  public static Map<String, Path> write(AnalysisReport report, Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the folder " + folder, e);
    }
    Map<String, Path> files = new LinkedHashMap<>();
    files.put("json", folder.resolve("analysis.json"));
    AtomicFiles.replaceBytes(
        files.get("json"), out -> out.write(JSON.writeValueAsBytes(report.toMap())));
    files.put("csv", write(folder.resolve("analysis.csv"), AnalysisTables.checkpoints(report)));
    files.put("layersCsv", write(folder.resolve("layers.csv"), AnalysisTables.layers(report)));
    files.put("png", folder.resolve("analysis.png"));
    files.put("svg", folder.resolve("analysis.svg"));
    AnalysisCharts.quantities(report).writePng(files.get("png"));
    AnalysisCharts.quantities(report).writeSvg(files.get("svg"));
    AnalysisCharts.landscape(report)
        .ifPresent(
            sheet -> {
              files.put("landscapePng", folder.resolve("landscape.png"));
              files.put("landscapeSvg", folder.resolve("landscape.svg"));
              sheet.writePng(files.get("landscapePng"));
              sheet.writeSvg(files.get("landscapeSvg"));
              Path csv = folder.resolve("landscape.csv");
              files.put("landscapeCsv", write(csv, AnalysisTables.landscape(report)));
            });
    files.put("html", write(folder.resolve("analysis.html"), AnalysisPage.of(report)));
    return files;
  }

  private static Path write(Path file, String text) {
    AtomicFiles.replaceBytes(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    return file;
  }
}
