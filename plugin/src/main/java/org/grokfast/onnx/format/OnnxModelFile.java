package org.grokfast.onnx.format;

import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.grokfast.filter.GradientFilter;
import org.grokfast.io.ModelFile;
import org.grokfast.io.Overwrite;
import org.grokfast.onnx.OnnxRewriter;
import org.grokfast.onnx.OnnxStripper;
import org.grokfast.onnx.file.OnnxFile;
import org.grokfast.onnx.file.OnnxValidator;
import org.grokfast.onnx.file.OnnxWriter;
import org.grokfast.onnx.inspect.OnnxDiff;
import org.grokfast.onnx.inspect.OnnxInspection;
import org.grokfast.onnx.inspect.OnnxSummary;
import org.grokfast.rewrite.GraphDiff;
import org.grokfast.rewrite.GraphOutline;
import org.grokfast.rewrite.Inspection;

/**
 * An ONNX model.
 *
 * @param file the file
 */
public record OnnxModelFile(OnnxFile file) implements ModelFile {
  static final String FORM = "onnx";
  static final String DESCRIBED = "an ONNX model";

  @Override
  public String source() {
    return file.source();
  }

  @Override
  public String form() {
    return FORM;
  }

  @Override
  public String described() {
    return DESCRIBED;
  }

  @Override
  public String kind() {
    return OnnxPass.KIND;
  }

  @Override
  public boolean isFolder() {
    return false;
  }

  @Override
  public Size size() {
    return OnnxPass.size(file.model());
  }

  @Override
  public boolean isRewritten() {
    return OnnxStripper.isRewritten(file.model());
  }

  @Override
  public Rewritten rewrite(GradientFilter filter, RewriteSettings settings) {
    OnnxPass.check(this, file.model(), settings);
    OnnxRewriter pass =
        new OnnxRewriter(filter)
            .withNames(settings.gradients(), settings.updates())
            .withUnfiltered(settings.unfiltered());
    OnnxRewriter.Result result =
        settings.replace() ? pass.replace(file.model()) : pass.apply(file.model());
    OnnxFile rewritten = file.withModel(result.model());
    OnnxValidator.validate(rewritten);
    return new Rewritten(new OnnxModelFile(rewritten), result.report());
  }

  @Override
  public Stripped strip() {
    OnnxFile stripped = file.withModel(OnnxStripper.apply(file.model()));
    OnnxValidator.validate(stripped);
    return new Stripped(new OnnxModelFile(stripped), OnnxPass.takenOut(file.model()));
  }

  @Override
  public Stripped inferencePart(List<String> outputs) {
    throw OnnxPass.noInference(this);
  }

  @Override
  public Inspection inspect() {
    return new OnnxSummary(OnnxInspection.of(file.model()), "ONNX model").inspection();
  }

  @Override
  public GraphDiff diff(ModelFile after) {
    if (after instanceof OnnxModelFile other) {
      return OnnxDiff.between(file.model(), other.file.model());
    }
    throw differentKind(after);
  }

  @Override
  public Optional<GraphOutline> outline() {
    return Optional.empty();
  }

  @Override
  public void write(Path target, Overwrite overwrite) {
    OnnxWriter.write(file, target, overwrite);
  }

  @Override
  public void write(OutputStream out) {
    OnnxWriter.write(file, out);
  }
}
