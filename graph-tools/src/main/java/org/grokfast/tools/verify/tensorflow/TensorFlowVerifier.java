package org.grokfast.tools.verify.tensorflow;

import java.io.IOException;
import java.util.Optional;
import org.grokfast.io.ModelFile;
import org.grokfast.tensorflow.format.TensorFlowFile;
import org.grokfast.tools.console.NativeLibrary;
import org.grokfast.tools.verify.ChildLimits;
import org.grokfast.tools.verify.Trust;
import org.grokfast.tools.verify.Verifier;
import org.grokfast.tools.verify.VerifyOutcome;
import org.grokfast.tools.verify.VerifySettings;

/**
 * Compares TensorFlow graphs.
 *
 * @param limits of the child
 */
public record TensorFlowVerifier(ChildLimits limits) implements Verifier {

  @Override
  public boolean runs(ModelFile file) {
    return file instanceof TensorFlowFile;
  }

  @Override
  public Optional<String> misuse(VerifySettings settings) {
    return Optional.empty();
  }

  @Override
  public void requireHarmless(ModelFile file) {
    if (file instanceof TensorFlowFile graph) {
      Trust.require(file.source(), graph.file().graph());
    }
  }

  @Override
  public VerifyOutcome compare(ModelFile original, ModelFile rewritten, VerifySettings settings)
      throws IOException {
    if (original instanceof TensorFlowFile before && rewritten instanceof TensorFlowFile after) {
      NativeLibrary.require();
      return new Verification(settings, limits).compare(before.file(), after.file());
    }
    throw original.differentKind(rewritten);
  }
}
