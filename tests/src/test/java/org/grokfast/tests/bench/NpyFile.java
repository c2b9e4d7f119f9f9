package org.grokfast.tests.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Tensors in NumPy's format, version 1.0 ({@code numpy.lib.format}). */
final class NpyFile {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  private static final int LENGTH_BYTES = 2;

  /** What the header's end is a multiple of. */
  private static final int ALIGNMENT = 64;

  private NpyFile() {}

  /**
   * Writes a tensor.
   *
   * @param tensor of float32 or int32
   */
  static void write(Path file, Tensor tensor) throws IOException {
    int size = Math.toIntExact(tensor.shape().size());
    ByteBuffer data = ByteBuffer.allocate(Float.BYTES * size).order(ByteOrder.LITTLE_ENDIAN);
    String type;
    if (tensor instanceof TFloat32 floats) {
      float[] values = new float[size];
      floats.copyTo(DataBuffers.of(values, false, false));
      data.asFloatBuffer().put(values);
      type = "<f4";
    } else {
      int[] values = new int[size];
      ((TInt32) tensor).copyTo(DataBuffers.of(values, false, false));
      data.asIntBuffer().put(values);
      type = "<i4";
    }
    String shape =
        Arrays.stream(tensor.shape().asArray())
            .mapToObj(each -> each + ",")
            .collect(Collectors.joining());
    String header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + "), }";
    int before = MAGIC.length + LENGTH_BYTES + header.length() + 1;
    header += " ".repeat((ALIGNMENT - before % ALIGNMENT) % ALIGNMENT) + "\n";
    ByteBuffer start =
        ByteBuffer.allocate(MAGIC.length + LENGTH_BYTES + header.length())
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(MAGIC)
            .putShort((short) header.length())
            .put(header.getBytes(StandardCharsets.US_ASCII));
    Files.createDirectories(file.getParent());
    try (var out = Files.newOutputStream(file)) {
      out.write(start.array());
      out.write(data.array());
    }
  }
}
