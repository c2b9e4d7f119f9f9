package org.grokfast.models.mnist;

import java.nio.ByteBuffer;

/** Files in the IDX format, with a pattern of bytes. */
final class IdxBytes {
  private IdxBytes() {}

  static byte[] images(int count) {
    return images(count, 0x803);
  }

  static byte[] images(int count, int magic) {
    ByteBuffer bytes = ByteBuffer.allocate(16 + count * 784);
    bytes.putInt(magic).putInt(count).putInt(28).putInt(28);
    while (bytes.hasRemaining()) {
      bytes.put((byte) (bytes.position() % 256));
    }
    return bytes.array();
  }

  static byte[] labels(int... labels) {
    ByteBuffer bytes = ByteBuffer.allocate(8 + labels.length);
    bytes.putInt(0x801).putInt(labels.length);
    for (int label : labels) {
      bytes.put((byte) label);
    }
    return bytes.array();
  }
}
