package org.grokfast.onnx.format;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.grokfast.filter.GradientFilter;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.ModelFile;
import org.grokfast.io.Overwrite;
import org.grokfast.onnx.ArtifactsRewriter;
import org.grokfast.onnx.file.OnnxValidator;
import org.grokfast.onnx.file.OrtArtifacts;
import org.grokfast.onnx.inspect.OnnxDiff;
import org.grokfast.onnx.inspect.OnnxInspection;
import org.grokfast.onnx.inspect.OnnxSummary;
import org.grokfast.rewrite.GraphDiff;
import org.grokfast.rewrite.GraphOutline;
import org.grokfast.rewrite.Inspection;

/**
 * A folder of the artifacts of ONNX Runtime's on-device training.
 *
 * @param artifacts what is in it
 */
public record ArtifactsFile(OrtArtifacts artifacts) implements ModelFile {

  @Override
  public String source() {
    return artifacts.folder().toString();
  }

  @Override
  public String form() {
    return "ort-artifacts";
  }

  @Override
  public String described() {
    return "a folder of ONNX Runtime artifacts";
  }

  @Override
  public String kind() {
    return OnnxPass.KIND;
  }

  @Override
  public boolean isFolder() {
    return true;
  }

  @Override
  public Size size() {
    return OnnxPass.size(training());
  }

  @Override
  public boolean isRewritten() {
    return ArtifactsRewriter.isRewritten(artifacts);
  }

  @Override
  public Rewritten rewrite(GradientFilter filter, RewriteSettings settings) {
    OnnxPass.check(this, training(), settings);
    if (!settings.gradients().isEmpty() || !settings.updates().isEmpty()) {
      throw new GraphFileException(
          source()
              + ": --gradient and --update name tensors of a plain model; the gradients of"
              + " artifacts are those that enter their buffers. Leave the options out.");
    }
    ArtifactsRewriter pass = new ArtifactsRewriter(filter).withUnfiltered(settings.unfiltered());
    ArtifactsRewriter.Result result =
        settings.replace() ? pass.replace(artifacts) : pass.apply(artifacts);
    return new Rewritten(checked(result.artifacts()), result.report());
  }

  @Override
  public Stripped strip() {
    return new Stripped(checked(ArtifactsRewriter.strip(artifacts)), OnnxPass.takenOut(training()));
  }

  private static ArtifactsFile checked(OrtArtifacts changed) {
    OnnxValidator.validate(changed.training());
    changed.eval().ifPresent(OnnxValidator::validate);
    return new ArtifactsFile(changed);
  }

  private ModelProto training() {
    return artifacts.training().model();
  }

  @Override
  public Stripped inferencePart(List<String> outputs) {
    throw OnnxPass.noInference(this);
  }

  @Override
  public Inspection inspect() {
    return new OnnxSummary(OnnxInspection.of(artifacts), "ONNX Runtime training artifacts")
        .inspection();
  }

  @Override
  public GraphDiff diff(ModelFile after) {
    if (after instanceof ArtifactsFile other) {
      return OnnxDiff.between(artifacts, other.artifacts);
    }
    throw differentKind(after);
  }

  @Override
  public Optional<GraphOutline> outline() {
    return Optional.empty();
  }

  @Override
  public void write(Path target, Overwrite overwrite) {
    artifacts.write(target, overwrite);
  }

  @Override
  public void write(OutputStream out) {
    throw new GraphFileException(
        source() + ": artifacts are a folder, which does not fit standard output. Give -o FOLDER.");
  }
}
