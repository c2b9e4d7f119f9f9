package org.grokfast.tools.verify.onnx;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.grokfast.io.ModelFile;
import org.grokfast.onnx.format.ArtifactsFile;
import org.grokfast.onnx.format.OnnxModelFile;
import org.grokfast.tools.verify.ChildLimits;
import org.grokfast.tools.verify.Verifier;
import org.grokfast.tools.verify.VerifyOutcome;
import org.grokfast.tools.verify.VerifySettings;

/**
 * Compares ONNX models, and folders of artifacts.
 *
 * @param limits of the child
 * @param trainingRuntime a folder with the jars of a runtime that has training kernels
 */
public record OnnxVerifier(ChildLimits limits, Optional<Path> trainingRuntime) implements Verifier {

  @Override
  public boolean runs(ModelFile file) {
    return file instanceof OnnxModelFile || file instanceof ArtifactsFile;
  }

  @Override
  public Optional<String> misuse(VerifySettings settings) {
    return settings.trainOp().isPresent() || settings.initOp().isPresent()
        ? Optional.of("--train-op and --init-op name nodes of a TensorFlow graph, and this is ONNX")
        : Optional.empty();
  }

  @Override
  public VerifyOutcome compare(ModelFile original, ModelFile rewritten, VerifySettings settings)
      throws IOException {
    OnnxVerification verification = new OnnxVerification(settings, limits, trainingRuntime);
    if (original instanceof OnnxModelFile before && rewritten instanceof OnnxModelFile after) {
      return verification.compare(before.file(), after.file());
    }
    if (original instanceof ArtifactsFile before && rewritten instanceof ArtifactsFile after) {
      return verification.compare(before.artifacts(), after.artifacts());
    }
    throw original.differentKind(rewritten);
  }
}
