package org.grokfast.models.random;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.CRC32;

/** What PyTorch gave; see {@code torch/README.md} among the resources. */
public final class TorchGolden {
  private TorchGolden() {}

  /** The array in a file of the resources' folder {@code torch}. */
  public static Stream<JsonNode> read(String file) {
    try (InputStream in = TorchGolden.class.getResourceAsStream("/torch/" + file)) {
      return StreamSupport.stream(new ObjectMapper().readTree(in).spliterator(), false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Numbers of a list, as float32. */
  public static float[] floats(JsonNode list) {
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i).floatValue();
    }
    return values;
  }

  /** Numbers of a list. */
  public static int[] ints(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).mapToInt(JsonNode::intValue).toArray();
  }

  /** The checksum of the elements' little-endian bytes. */
  public static long crc32(float[] values) {
    ByteBuffer bytes = buffer(values.length);
    bytes.asFloatBuffer().put(values);
    return crc32(bytes);
  }

  /** The checksum of the elements' little-endian bytes. */
  public static long crc32(int[] values) {
    ByteBuffer bytes = buffer(values.length);
    bytes.asIntBuffer().put(values);
    return crc32(bytes);
  }

  private static ByteBuffer buffer(int elements) {
    return ByteBuffer.allocate(elements * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static long crc32(ByteBuffer bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return crc.getValue();
  }
}
