package org.grokfast.tools.verify.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.Overwrite;
import org.grokfast.onnx.file.OnnxFile;
import org.grokfast.onnx.file.OnnxWriter;
import org.grokfast.onnx.file.OrtArtifacts;
import org.grokfast.tools.verify.ChildLimits;
import org.grokfast.tools.verify.ChildProcess;
import org.grokfast.tools.verify.ChildProcess.Program;
import org.grokfast.tools.verify.ScratchFolder;
import org.grokfast.tools.verify.VerifyOutcome;
import org.grokfast.tools.verify.VerifySettings;

/**
 * Compares a rewritten training step with its original: the filtered gradients with those of the
 * array oracle, and the weights, with lamb at zero, with those that the original trains.
 */
public final class OnnxVerification {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final VerifySettings settings;
  private final ChildLimits limits;
  private final Optional<Path> trainingRuntime;

  /** Writes the models of a comparison into the child's folder. */
  private interface Content {
    void writeTo(Path folder) throws IOException;
  }

  /**
   * A comparison.
   *
   * @param settings how to compare
   * @param limits of the child
   * @param trainingRuntime a folder with the jars of a runtime that has training kernels
   */
  public OnnxVerification(
      VerifySettings settings, ChildLimits limits, Optional<Path> trainingRuntime) {
    this.settings = settings;
    this.limits = limits;
    this.trainingRuntime = trainingRuntime;
  }

  /**
   * Compares two models in a child process.
   *
   * @throws org.grokfast.rewrite.NothingToRewriteException if the second holds no filter
   * @throws org.grokfast.rewrite.GraphRewriteException if the second is no rewrite of the first
   * @throws GraphFileException if a runtime is missing, or the child crashes, is killed, fails or
   *     takes too long
   * @throws IOException if the files for the child can't be written
   */
  public VerifyOutcome compare(OnnxFile original, OnnxFile rewritten) throws IOException {
    OnnxPlan compared = OnnxPlanner.plan(original.model(), rewritten.model(), settings);
    ProofPlanner.Planned proof = proof(compared, original.model(), rewritten.model());
    return run(
        proof == null ? compared : compared.with(proof.plan()),
        needsTrainingKernels(original.model()),
        folder -> {
          ModelProto probed = RandomNodes.seeded(OnnxPlanner.probed(rewritten.model()));
          ModelProto before = OnnxPlanner.withGates(original.model(), rewritten.model());
          write(original.withModel(RandomNodes.seeded(before)), folder, ChildFiles.ORIGINAL);
          write(rewritten.withModel(probed), folder, ChildFiles.REWRITTEN);
          write(
              rewritten.withModel(OnnxPlanner.unamplified(probed)), folder, ChildFiles.UNAMPLIFIED);
          write(original, proof, folder);
        });
  }

  /** Compares two folders of artifacts in a child process; throws as for models. */
  public VerifyOutcome compare(OrtArtifacts original, OrtArtifacts rewritten) throws IOException {
    OnnxPlan compared = OnnxPlanner.plan(original, rewritten, settings);
    ProofPlanner.Planned proof =
        proof(compared, original.training().model(), rewritten.training().model());
    return run(
        proof == null ? compared : compared.with(proof.plan()),
        true,
        folder -> {
          ModelProto probed = RandomNodes.seeded(OnnxPlanner.probed(rewritten.training().model()));
          write(
              original,
              RandomNodes.seeded(original.training().model()),
              folder,
              ChildFiles.ORIGINAL);
          write(rewritten, probed, folder, ChildFiles.REWRITTEN);
          write(rewritten, OnnxPlanner.unamplified(probed), folder, ChildFiles.UNAMPLIFIED);
          write(original.training(), proof, folder);
        });
  }

  private ProofPlanner.Planned proof(OnnxPlan plan, ModelProto original, ModelProto rewritten) {
    return settings.proof().isWanted()
        ? OnnxPlanner.proof(plan, original, rewritten, settings.proof().loss())
        : null;
  }

  private static void write(OnnxFile original, ProofPlanner.Planned proof, Path folder)
      throws IOException {
    if (proof != null) {
      write(original.withModel(proof.model()), folder, ChildFiles.PROOF);
      Optional<ModelProto> doubled = DoublePrecision.of(proof.model());
      if (doubled.isPresent()) {
        write(original.withModel(doubled.get()), folder, ChildFiles.DOUBLED);
      }
    }
  }

  private static void write(OnnxFile file, Path folder, String name) throws IOException {
    Path place = Files.createDirectory(folder.resolve(name));
    OnnxWriter.write(file, place.resolve(ChildFiles.MODEL), Overwrite.REFUSE);
  }

  private static void write(OrtArtifacts artifacts, ModelProto training, Path folder, String name)
      throws IOException {
    new OrtArtifacts(
            artifacts.folder(),
            artifacts.training().withModel(training),
            artifacts.eval(),
            artifacts.checkpoint())
        .write(folder.resolve(name), Overwrite.REFUSE);
  }

  private static boolean needsTrainingKernels(ModelProto model) {
    return model.getGraph().getNodeList().stream()
        .anyMatch(
            node ->
                node.getDomain().equals("com.microsoft") && node.getOpType().endsWith("Optimizer"));
  }

  private VerifyOutcome run(OnnxPlan plan, boolean training, Content content) throws IOException {
    try (ScratchFolder scratch = new ScratchFolder()) {
      Path folder = scratch.path();
      Program program =
          training
              ? TrainingRuntime.in(trainingRuntime).program(OnnxVerifyChild.class, folder)
              : StockRuntime.program(OnnxVerifyChild.class);
      content.writeTo(folder);
      JSON.writeValue(folder.resolve(ChildFiles.PLAN).toFile(), plan);
      ChildProcess.java(folder, limits, program).run(limits.timeoutSeconds());
      ChildFiles.Answer answer =
          JSON.readValue(folder.resolve(ChildFiles.ANSWER).toFile(), ChildFiles.Answer.class);
      if (answer.error() != null) {
        throw new GraphFileException("running the models failed: " + answer.error());
      }
      List<String> notes = new ArrayList<>(answer.outcome().notes());
      if (!plan.comparesWeights()) {
        notes.add("weights were not compared: the filter changes a gradient whatever lamb is");
      }
      return new VerifyOutcome(answer.outcome().variables(), notes, answer.outcome().proofs());
    }
  }
}
