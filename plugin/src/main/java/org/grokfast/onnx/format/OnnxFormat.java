package org.grokfast.onnx.format;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.grokfast.io.GraphContent;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.GraphFormat;
import org.grokfast.io.ModelFile;
import org.grokfast.io.ReadOptions;
import org.grokfast.onnx.file.OnnxFile;
import org.grokfast.onnx.file.OnnxReader;
import org.grokfast.onnx.file.OnnxValidator;
import org.grokfast.onnx.file.OrtArtifacts;
import org.grokfast.onnx.file.WireForm;

/** ONNX: a model, or a folder of ONNX Runtime's artifacts. */
public final class OnnxFormat implements GraphFormat {
  @Override
  public List<String> forms() {
    return List.of(OnnxModelFile.FORM);
  }

  @Override
  public Optional<ModelFile> read(GraphContent content, ReadOptions options) {
    return content.isFolder() ? folder(content, options) : file(content, options);
  }

  @Override
  public Optional<GraphFileException> explain(GraphContent content, ReadOptions options) {
    return content
        .path()
        .filter(path -> content.isFolder())
        .flatMap(OrtArtifacts::explain)
        .map(fault -> new GraphFileException(content.source() + ": " + fault));
  }

  private static Optional<ModelFile> folder(GraphContent content, ReadOptions options) {
    Path folder = content.path().orElseThrow();
    if (!OrtArtifacts.isFolder(folder)) {
      return Optional.empty();
    }
    options.requireNoTags(content.source(), "a folder of ONNX Runtime artifacts");
    return Optional.of(new ArtifactsFile(OrtArtifacts.read(folder, options.limits())));
  }

  private static Optional<ModelFile> file(GraphContent content, ReadOptions options) {
    String source = content.source();
    byte[] bytes = content.bytes();
    if (options.form().isEmpty()) {
      Optional<WireForm> form = WireForm.of(bytes);
      if (form.isEmpty()) {
        return Optional.empty();
      }
      form.flatMap(WireForm::fault)
          .ifPresent(
              fault -> {
                throw fault.in(source, OnnxModelFile.DESCRIBED, bytes.length);
              });
    } else if (!options.form().get().equals(OnnxModelFile.FORM)) {
      return Optional.empty();
    }
    options.requireNoTags(source, OnnxModelFile.DESCRIBED);
    OnnxReader reader = new OnnxReader(options.limits());
    OnnxFile file =
        content
            .path()
            .map(path -> reader.read(bytes, path))
            .orElseGet(() -> reader.read(bytes, source));
    OnnxValidator.validate(file);
    return Optional.of(new OnnxModelFile(file));
  }
}
