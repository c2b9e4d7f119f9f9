package org.grokfast.onnx.file;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import org.grokfast.io.AtomicOutput;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.Overwrite;

/** Writes ONNX models. The same model gives the same bytes. */
public final class OnnxWriter {
  private OnnxWriter() {}

  /**
   * Writes a model. Where it has external data and goes into another folder, the data files are
   * copied beside it first.
   *
   * @throws GraphFileException if the output may not be replaced or can't be written, if a data
   *     file is missing, or if the model is above 2 GiB
   */
  public static void write(OnnxFile file, Path target, Overwrite overwrite) {
    requireSize(file);
    ExternalData data = ExternalData.of(file);
    AtomicOutput output = new AtomicOutput(target, overwrite);
    data.copyBeside(target, overwrite);
    output.writeFile(out -> writeMessage(file.model(), out));
  }

  /**
   * Writes the model to a stream, which is flushed and left open.
   *
   * @throws GraphFileException if the stream can't be written or the model has external data, which
   *     a stream has no place for
   */
  public static void write(OnnxFile file, OutputStream out) {
    requireSize(file);
    if (!ExternalData.of(file).isEmpty()) {
      throw new GraphFileException(
          file.source()
              + ": the model's tensors lie in files beside it, which do not fit standard output."
              + " Give -o FILE.");
    }
    try {
      writeMessage(file.model(), out);
    } catch (IOException e) {
      throw new GraphFileException("the output could not be written: " + e.getMessage() + ".", e);
    }
  }

  private static void writeMessage(ModelProto model, OutputStream out) throws IOException {
    CodedOutputStream coded = CodedOutputStream.newInstance(out);
    coded.useDeterministicSerialization();
    model.writeTo(coded);
    coded.flush();
    out.flush();
  }

  /** Sizes are sums of ints, so one above 2 GiB comes out negative. */
  private static void requireSize(OnnxFile file) {
    if (file.model().getSerializedSize() < 0) {
      throw new GraphFileException(
          file.source()
              + ": the model to write is larger than the 2 GiB that a protobuf message can have."
              + " Keep large tensors in external data.");
    }
  }
}
