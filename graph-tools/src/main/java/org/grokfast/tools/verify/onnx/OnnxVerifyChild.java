package org.grokfast.tools.verify.onnx;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.grokfast.tools.console.NativeLibrary;
import org.grokfast.tools.verify.ChildProcess;
import org.grokfast.tools.verify.VerifyOutcome;

/** The program of the child process: the only one in which ONNX Runtime runs. */
public final class OnnxVerifyChild {
  private OnnxVerifyChild() {}

  /** Compares the models of a folder and leaves the answer there. */
  public static void main(String[] args) throws IOException {
    NativeLibrary.writeNumbersPlainly();
    ChildProcess.endWithParent();
    Path folder = Path.of(args[0]);
    ObjectMapper json = new ObjectMapper();
    OnnxPlan plan = json.readValue(folder.resolve(ChildFiles.PLAN).toFile(), OnnxPlan.class);
    ChildFiles.Answer answer;
    try {
      StepRunner runner =
          plan.artifacts() ? new ArtifactRunner(plan, folder) : new ModelRunner(plan, folder);
      VerifyOutcome outcome = new OnnxComparison(plan, runner).run();
      answer =
          new ChildFiles.Answer(
              plan.proof() == null ? outcome : outcome.with(new OnnxProof(plan, folder).run()),
              null);
    } catch (OrtException | RuntimeException e) {
      String message = e.getMessage() == null ? e.toString() : e.getMessage();
      answer = new ChildFiles.Answer(null, message.lines().findFirst().orElse(message));
    }
    json.writeValue(folder.resolve(ChildFiles.ANSWER).toFile(), answer);
  }
}
