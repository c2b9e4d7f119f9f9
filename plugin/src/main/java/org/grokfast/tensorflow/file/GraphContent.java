package org.grokfast.tensorflow.file;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What was read from a path or stream, before it is parsed: its form decides which format's code
 * goes on with it. Immutable as long as nobody writes to {@link #bytes}.
 */
public final class GraphContent {
  private final String source;
  private final GraphForm form;
  private final Optional<Path> path;
  private final byte[] bytes;

  GraphContent(String source, GraphForm form, Optional<Path> path, byte[] bytes) {
    this.source = source;
    this.form = form;
    this.path = path;
    this.bytes = bytes;
  }

  /** The name of where it comes from, for messages. */
  public String source() {
    return source;
  }

  /** What it is, ONNX included. */
  public GraphForm form() {
    return form;
  }

  /** The file or, for a SavedModel, the folder that was given; empty for a stream. */
  public Optional<Path> path() {
    return path;
  }

  /** The content itself, no copy, which is not to be written to. */
  public byte[] bytes() {
    return bytes;
  }
}
