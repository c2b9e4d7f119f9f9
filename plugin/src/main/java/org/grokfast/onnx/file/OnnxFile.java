package org.grokfast.onnx.file;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An ONNX model and where it was read. Immutable.
 *
 * @param source the file's name for messages
 * @param model what it holds
 * @param path the file, beside which external data lies; empty for a stream or bytes
 */
public record OnnxFile(String source, ModelProto model, Optional<Path> path) {

  /** The same file with another model. */
  public OnnxFile withModel(ModelProto other) {
    return new OnnxFile(source, other, path);
  }
}
