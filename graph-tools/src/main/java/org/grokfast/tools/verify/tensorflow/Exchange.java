package org.grokfast.tools.verify.tensorflow;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.grokfast.tools.verify.VerifyOutcome;
import org.grokfast.tools.verify.tensorflow.plan.VerifyPlan;
import org.tensorflow.proto.GraphDef;

/**
 * The files by which the two processes speak.
 *
 * @param folder where they lie
 */
record Exchange(Path folder) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What the child is to do.
   *
   * @param plan the plan
   * @param tolerance the largest relative difference that passes
   */
  record Request(VerifyPlan plan, double tolerance) {}

  /**
   * What the child answers.
   *
   * @param outcome the comparison; null if it failed
   * @param error why it failed; null if it did not
   */
  record Answer(VerifyOutcome outcome, String error) {}

  void write(Request request, GraphDef original, GraphDef rewritten) throws IOException {
    JSON.writeValue(folder.resolve("request.json").toFile(), request);
    Files.write(folder.resolve("original.pb"), original.toByteArray());
    Files.write(folder.resolve("rewritten.pb"), rewritten.toByteArray());
  }

  Request request() throws IOException {
    return JSON.readValue(folder.resolve("request.json").toFile(), Request.class);
  }

  GraphDef original() throws IOException {
    return GraphDef.parseFrom(Files.readAllBytes(folder.resolve("original.pb")));
  }

  GraphDef rewritten() throws IOException {
    return GraphDef.parseFrom(Files.readAllBytes(folder.resolve("rewritten.pb")));
  }

  void write(Answer answer) throws IOException {
    JSON.writeValue(folder.resolve("answer.json").toFile(), answer);
  }

  Answer answer() throws IOException {
    return JSON.readValue(folder.resolve("answer.json").toFile(), Answer.class);
  }
}
