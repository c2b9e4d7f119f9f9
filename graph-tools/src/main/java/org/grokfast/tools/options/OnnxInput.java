package org.grokfast.tools.options;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import org.grokfast.filter.GradientFilter;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.Overwrite;
import org.grokfast.onnx.ArtifactsRewriter;
import org.grokfast.onnx.OnnxRewriter;
import org.grokfast.onnx.OnnxStripper;
import org.grokfast.onnx.file.OnnxFile;
import org.grokfast.onnx.file.OnnxValidator;
import org.grokfast.onnx.file.OnnxWriter;
import org.grokfast.onnx.file.OrtArtifacts;
import org.grokfast.onnx.inspect.OnnxDiff;
import org.grokfast.onnx.inspect.OnnxInspection;
import org.grokfast.rewrite.GraphDiff;
import org.grokfast.rewrite.RewriteReport;
import org.grokfast.tools.verify.VerifyOutcome;
import org.grokfast.tools.verify.onnx.OnnxVerification;

/** What the file verbs do with ONNX: a model, or a folder of ONNX Runtime's artifacts. */
public sealed interface OnnxInput {

  /** Its name for messages. */
  String source();

  /** The form as {@code --json} spells it. */
  String form();

  /** Whether it is a folder. */
  boolean isFolder();

  /** Whether a filter was inserted. */
  boolean isRewritten();

  /** The filter inserted. */
  Outcome rewrite(GradientFilter filter, Names names, boolean replace);

  /** The filter taken out. */
  OnnxInput strip();

  /** What is in it. */
  OnnxInspection inspect();

  /** In what another differs. */
  GraphDiff diff(OnnxInput after);

  /** Runs it and its rewritten form, and compares them. */
  VerifyOutcome verify(OnnxInput rewritten, OnnxVerification verification) throws IOException;

  /** Writes it to a path. */
  void write(Path target, Overwrite overwrite);

  /** Writes it to a stream. */
  void write(PrintStream out);

  /**
   * What the user names by hand.
   *
   * @param gradients gradient tensors by parameter
   * @param updates outputs by parameter
   */
  record Names(Map<String, String> gradients, Map<String, String> updates) {}

  /**
   * What a rewrite gives.
   *
   * @param rewritten the result
   * @param report what was done
   */
  record Outcome(OnnxInput rewritten, RewriteReport report) {}

  /**
   * A model.
   *
   * @param file the file
   */
  record Model(OnnxFile file) implements OnnxInput {
    @Override
    public String source() {
      return file.source();
    }

    @Override
    public String form() {
      return "onnx";
    }

    @Override
    public boolean isFolder() {
      return false;
    }

    @Override
    public boolean isRewritten() {
      return OnnxStripper.isRewritten(file.model());
    }

    @Override
    public Outcome rewrite(GradientFilter filter, Names names, boolean replace) {
      OnnxRewriter pass = new OnnxRewriter(filter).withNames(names.gradients(), names.updates());
      OnnxRewriter.Result result = replace ? pass.replace(file.model()) : pass.apply(file.model());
      OnnxFile rewritten = file.withModel(result.model());
      OnnxValidator.validate(rewritten);
      return new Outcome(new Model(rewritten), result.report());
    }

    @Override
    public OnnxInput strip() {
      OnnxFile stripped = file.withModel(OnnxStripper.apply(file.model()));
      OnnxValidator.validate(stripped);
      return new Model(stripped);
    }

    @Override
    public OnnxInspection inspect() {
      return OnnxInspection.of(file.model());
    }

    @Override
    public GraphDiff diff(OnnxInput after) {
      if (!(after instanceof Model other)) {
        throw different(this, after);
      }
      return OnnxDiff.between(file.model(), other.file.model());
    }

    @Override
    public VerifyOutcome verify(OnnxInput rewritten, OnnxVerification verification)
        throws IOException {
      if (!(rewritten instanceof Model other)) {
        throw different(this, rewritten);
      }
      return verification.compare(file, other.file);
    }

    @Override
    public void write(Path target, Overwrite overwrite) {
      OnnxWriter.write(file, target, overwrite);
    }

    @Override
    public void write(PrintStream out) {
      OnnxWriter.write(file, out);
    }
  }

  /**
   * A folder of artifacts.
   *
   * @param content what is in it
   */
  record Artifacts(OrtArtifacts content) implements OnnxInput {
    @Override
    public String source() {
      return content.folder().toString();
    }

    @Override
    public String form() {
      return "ort-artifacts";
    }

    @Override
    public boolean isFolder() {
      return true;
    }

    @Override
    public boolean isRewritten() {
      return ArtifactsRewriter.isRewritten(content);
    }

    @Override
    public Outcome rewrite(GradientFilter filter, Names names, boolean replace) {
      if (!names.gradients().isEmpty() || !names.updates().isEmpty()) {
        throw new GraphFileException(
            source()
                + ": --gradient and --update name tensors of a plain model; the gradients of"
                + " artifacts are those that enter their buffers. Leave the options out.");
      }
      ArtifactsRewriter pass = new ArtifactsRewriter(filter);
      ArtifactsRewriter.Result result = replace ? pass.replace(content) : pass.apply(content);
      OnnxValidator.validate(result.artifacts().training());
      OnnxValidator.validate(result.artifacts().eval());
      return new Outcome(new Artifacts(result.artifacts()), result.report());
    }

    @Override
    public OnnxInput strip() {
      OrtArtifacts stripped = ArtifactsRewriter.strip(content);
      OnnxValidator.validate(stripped.training());
      OnnxValidator.validate(stripped.eval());
      return new Artifacts(stripped);
    }

    @Override
    public OnnxInspection inspect() {
      return OnnxInspection.of(content);
    }

    @Override
    public GraphDiff diff(OnnxInput after) {
      if (!(after instanceof Artifacts other)) {
        throw different(this, after);
      }
      return OnnxDiff.between(content, other.content);
    }

    @Override
    public VerifyOutcome verify(OnnxInput rewritten, OnnxVerification verification)
        throws IOException {
      if (!(rewritten instanceof Artifacts other)) {
        throw different(this, rewritten);
      }
      return verification.compare(content, other.content);
    }

    @Override
    public void write(Path target, Overwrite overwrite) {
      content.write(target, overwrite);
    }

    @Override
    public void write(PrintStream out) {
      throw new GraphFileException(
          source()
              + ": artifacts are a folder, which does not fit standard output. Give -o FOLDER.");
    }
  }

  private static GraphFileException different(OnnxInput before, OnnxInput after) {
    return new GraphFileException(
        after.source()
            + ": this is of another kind ("
            + after.form()
            + ") than "
            + before.source()
            + " ("
            + before.form()
            + "). Give two of one kind.");
  }
}
