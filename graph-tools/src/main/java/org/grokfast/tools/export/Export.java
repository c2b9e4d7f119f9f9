package org.grokfast.tools.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.ModelFile;
import org.grokfast.io.Overwrite;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.NothingToRewriteException;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.StrippedMetaGraph;
import org.grokfast.tensorflow.file.GraphFile;
import org.grokfast.tensorflow.file.GraphFileWriter;
import org.grokfast.tensorflow.file.SavedModelFile;
import org.grokfast.tensorflow.format.TensorFlowFile;
import org.grokfast.tensorflow.inspect.UnrestoredVariables;
import org.grokfast.tools.verify.ChildLimits;
import org.grokfast.tools.verify.ChildProcess;
import org.grokfast.tools.verify.ScratchFolder;
import org.grokfast.tools.verify.Trust;

/**
 * An export, by a child process.
 *
 * @param call how the model is to be called
 * @param limits of the child
 */
public record Export(Call call, ChildLimits limits) {
  private static final String CHECKPOINTS = "checkpoints";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ChildProcess.Purpose EXPORTING =
      new ChildProcess.Purpose("TensorFlow", "nothing was written", "");

  /**
   * How a model is to be called.
   *
   * @param signature the name of the signature of a run or of {@code outputs}
   * @param inputs tensors by the names that the signature gives them
   * @param outputs likewise; empty for the signatures that the model has
   */
  public record Call(String signature, Map<String, String> inputs, Map<String, String> outputs) {}

  /** Whether a path is the output folder of a run. */
  public static boolean isRun(Path path) {
    return Files.isDirectory(path.resolve(CHECKPOINTS));
  }

  /**
   * Exports the newest checkpoint of a run.
   *
   * @param output the folder to make
   * @throws GraphFileException if the child says that it can't be, crashes, is killed or takes too
   *     long
   */
  public ExportReport run(Path run, Path output) throws IOException {
    try (ScratchFolder scratch = new ScratchFolder()) {
      return child(scratch, request(run, true, List.of(), output));
    }
  }

  /**
   * Exports a SavedModel with its values. A rewritten one is stripped first, since the values of a
   * model that was rewritten as a file do not hold the filter's state, which its loader would ask
   * for.
   *
   * @param trusted whether to run it also where it does something outside of itself
   * @param output the folder to make
   * @throws GraphFileException if the file is no folder of a SavedModel or not to be run, or as for
   *     a run
   * @throws NothingToRewriteException if none of its signatures is for inference
   */
  public ExportReport savedModel(ModelFile file, boolean trusted, Path output) throws IOException {
    SavedModelFile model = savedModel(file);
    if (!trusted) {
      Trust.require(file.source(), model.graph());
    }
    try (ScratchFolder scratch = new ScratchFolder()) {
      Path folder = stripped(model, scratch.path().resolve("stripped"));
      TreeSet<String> tags =
          new TreeSet<>(model.metaGraph().orElseThrow().getMetaInfoDef().getTagsList());
      ExportReport report = child(scratch, request(folder, false, List.copyOf(tags), output));
      return UnrestoredVariables.warning(model).map(report::with).orElse(report);
    }
  }

  private static SavedModelFile savedModel(ModelFile file) {
    if (file instanceof TensorFlowFile graph
        && graph.file() instanceof SavedModelFile model
        && file.isFolder()) {
      return model;
    }
    throw new GraphFileException(
        file.source()
            + ": "
            + file.described()
            + " holds no values of variables. Give a SavedModel folder or a run's folder; 'grokfast"
            + " strip --inference' cuts a graph without values.");
  }

  /** The folder of the model, or a copy without filters. */
  private static Path stripped(SavedModelFile file, Path copy) {
    Path folder = file.origin().folder().orElseThrow();
    if (!FilterStripper.isRewritten(file.graph())) {
      return folder;
    }
    GraphFile stripped;
    try {
      stripped = file.withMetaGraph(StrippedMetaGraph.of(file.metaGraphParts().orElseThrow()));
    } catch (GraphRewriteException e) {
      // A graph that was wrapped before it was saved: its values hold the state.
      return folder;
    }
    GraphFileWriter.write(stripped, copy, Overwrite.REFUSE);
    return copy;
  }

  private ExportRequest request(Path input, boolean run, List<String> tags, Path output) {
    return new ExportRequest(
        input.toAbsolutePath().toString(),
        run,
        tags,
        call.signature(),
        call.inputs(),
        call.outputs(),
        output.toAbsolutePath().toString());
  }

  private ExportReport child(ScratchFolder scratch, ExportRequest request) throws IOException {
    Path folder = scratch.path();
    JSON.writeValue(folder.resolve(ExportChild.REQUEST).toFile(), request);
    ChildProcess.java(folder, limits, ChildProcess.Program.of(ExportChild.class, EXPORTING))
        .run(limits.timeoutSeconds());
    ExportAnswer answer =
        JSON.readValue(folder.resolve(ExportChild.ANSWER).toFile(), ExportAnswer.class);
    if (answer.error() == null) {
      return answer.report();
    }
    throw answer.nothing()
        ? new NothingToRewriteException(answer.error())
        : new GraphFileException(answer.error());
  }
}
