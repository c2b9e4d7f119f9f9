package org.grokfast.tools.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.grokfast.rewrite.NothingToRewriteException;
import org.grokfast.tensorflow.serving.InferenceExport;
import org.grokfast.tools.console.NativeLibrary;
import org.grokfast.tools.verify.ChildProcess;

/** The program of the child process: the only one in which TensorFlow runs the model. */
public final class ExportChild {
  static final String REQUEST = "request.json";
  static final String ANSWER = "answer.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private ExportChild() {}

  /** Exports what the request of a folder says, and leaves the answer there. */
  public static void main(String[] args) throws IOException {
    NativeLibrary.writeNumbersPlainly();
    ChildProcess.endWithParent();
    Path folder = Path.of(args[0]);
    ExportRequest request = JSON.readValue(folder.resolve(REQUEST).toFile(), ExportRequest.class);
    JSON.writeValue(folder.resolve(ANSWER).toFile(), answer(request));
  }

  private static ExportAnswer answer(ExportRequest request) {
    try (ServingModel model =
        request.run() ? RunServingModel.load(request) : SavedServingModel.load(request)) {
      Path output = Path.of(request.output());
      InferenceExport.export(model.session(), output, model.signatures());
      writeAssets(output, model.assets());
      return new ExportAnswer(ExportReport.of(output, model.notes()), null, false);
    } catch (NothingToRewriteException e) {
      return new ExportAnswer(null, e.getMessage(), true);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      String message = e.getMessage() == null ? e.toString() : e.getMessage();
      return new ExportAnswer(null, message.lines().findFirst().orElse(message), false);
    }
  }

  /** Where TensorFlow keeps files that its loaders pass over. */
  private static void writeAssets(Path folder, Map<String, String> assets) throws IOException {
    for (Map.Entry<String, String> asset : assets.entrySet()) {
      Path file = folder.resolve("assets.extra").resolve(asset.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, asset.getValue());
    }
  }
}
