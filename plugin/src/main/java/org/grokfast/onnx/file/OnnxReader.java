package org.grokfast.onnx.file;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.grokfast.io.ForeignContent;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.InputBytes;
import org.grokfast.io.ReadLimits;

/**
 * Reads ONNX models. They are recognised by their content, never by their name. External data is
 * not loaded.
 */
public final class OnnxReader {
  /** How standard input is named in messages. */
  public static final String STANDARD_INPUT = "standard input";

  private final ReadLimits limits;

  /** A reader with the default limits. */
  public OnnxReader() {
    this(ReadLimits.DEFAULTS);
  }

  /** A reader with these limits. */
  public OnnxReader(ReadLimits limits) {
    this.limits = limits;
  }

  /** Whether bytes look like an ONNX model, a cut-off or damaged one included. */
  public static boolean recognises(byte[] bytes) {
    return WireForm.of(bytes).isPresent();
  }

  /** Whether bytes are a model in ONNX Runtime's own format, a flatbuffer marked {@code ORTM}. */
  public static boolean isRuntimeFormat(byte[] bytes) {
    return bytes.length >= 8 && new String(bytes, 4, 4, StandardCharsets.ISO_8859_1).equals("ORTM");
  }

  /**
   * Reads a file.
   *
   * @throws GraphFileException if it can't be read, is no ONNX model or breaks a limit
   */
  public OnnxFile read(Path path) {
    if (Files.isDirectory(path)) {
      throw new GraphFileException(path + ": this is a folder. Give the model in it (.onnx).");
    }
    byte[] bytes = new InputBytes(limits).of(path);
    return new OnnxFile(path.toString(), parse(bytes, path.toString()), Optional.of(path));
  }

  /**
   * Reads the bytes of a file that were read already.
   *
   * @param path the file, beside which external data lies
   * @throws GraphFileException as {@link #read(Path)}
   */
  public OnnxFile read(byte[] bytes, Path path) {
    limits.checkBytes(path.toString(), bytes.length);
    return new OnnxFile(path.toString(), parse(bytes, path.toString()), Optional.of(path));
  }

  /**
   * Reads a stream to its end; the caller closes it.
   *
   * @param source the stream's name for messages, such as {@link #STANDARD_INPUT}
   * @throws GraphFileException as {@link #read(Path)}
   */
  public OnnxFile read(InputStream in, String source) {
    return new OnnxFile(
        source, parse(new InputBytes(limits).of(in, source), source), Optional.empty());
  }

  /**
   * Reads bytes.
   *
   * @param source their name for messages
   * @throws GraphFileException as {@link #read(Path)}
   */
  public OnnxFile read(byte[] bytes, String source) {
    limits.checkBytes(source, bytes.length);
    return new OnnxFile(source, parse(bytes, source), Optional.empty());
  }

  private ModelProto parse(byte[] bytes, String source) {
    if (isRuntimeFormat(bytes)) {
      throw new GraphFileException(
          source
              + ": this is a model in ONNX Runtime's own format (.ort), which can't be rewritten."
              + " Give the .onnx model that it was converted from.");
    }
    ForeignContent.of(bytes, source)
        .ifPresent(
            fault -> {
              throw new GraphFileException(source + ": " + fault);
            });
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    in.setRecursionLimit(limits.maxDepth());
    ModelProto.Builder builder = ModelProto.newBuilder();
    try {
      builder.mergeFrom(in);
      in.checkLastTagWas(0);
    } catch (InvalidProtocolBufferException e) {
      throw malformed(source, bytes, in.getTotalBytesRead(), e);
    } catch (IOException e) {
      throw InputBytes.unreadable(source, e);
    }
    if (!builder.hasGraph()) {
      throw new GraphFileException(
          source + ": not an ONNX model: it holds no graph. Export the model as ONNX.");
    }
    ModelProto model = builder.build();
    new OnnxTally(source, limits).add(model);
    return model;
  }

  private GraphFileException malformed(
      String source, byte[] bytes, int offset, InvalidProtocolBufferException cause) {
    String message = String.valueOf(cause.getMessage());
    if (message.contains("too many levels of nesting")) {
      return new GraphFileException(
          source
              + ": messages are nested deeper than the limit of "
              + limits.maxDepth()
              + ". Raise it with --max-depth if the file is trusted.",
          cause);
    }
    if (!recognises(bytes)) {
      return new GraphFileException(
          source + ": not an ONNX model. Export the training step as ONNX (.onnx).", cause);
    }
    return new GraphFileException(
        source
            + ": not a whole ONNX model: near byte "
            + offset
            + ": "
            + message
            + " Write or download the file again.",
        cause);
  }
}
