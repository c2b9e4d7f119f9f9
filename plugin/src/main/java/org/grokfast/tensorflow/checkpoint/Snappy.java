package org.grokfast.tensorflow.checkpoint;

/**
 * Uncompresses one block of Snappy's raw format: the length, then literals and copies of earlier
 * output. See the format description in the Snappy sources.
 */
public final class Snappy {
  /** Blocks of a table have some KiB; one entry can make one larger. */
  private static final int LONGEST = 64 << 20;

  private final byte[] in;
  private int position;

  private Snappy(byte[] in) {
    this.in = in;
  }

  public static byte[] uncompress(byte[] block) throws SnappyException {
    return new Snappy(block).run();
  }

  private byte[] run() throws SnappyException {
    long announced = 0;
    int shift = 0;
    int part;
    do {
      part = next();
      announced |= (long) (part & 0x7f) << shift;
      shift += 7;
    } while (part >= 0x80 && shift < 35);
    // A copy of three bytes makes at most 64 of them, so more than that is no honest length.
    if (announced > LONGEST || announced > 64L * in.length) {
      throw new SnappyException("a compressed block announces " + announced + " bytes");
    }
    byte[] out = new byte[(int) announced];
    int written = 0;
    while (position < in.length) {
      int tag = next();
      int length;
      if ((tag & 3) == 0) {
        length = literalLength(tag >> 2);
        if (length > in.length - position || length > out.length - written) {
          throw new SnappyException("a literal of a compressed block is too long");
        }
        System.arraycopy(in, position, out, written, length);
        position += length;
      } else {
        length = (tag & 3) == 1 ? 4 + (tag >> 2 & 7) : 1 + (tag >> 2);
        int back = (tag & 3) == 1 ? (tag >> 5) << 8 | next() : number((tag & 3) == 2 ? 2 : 4);
        if (back <= 0 || back > written || length > out.length - written) {
          throw new SnappyException("a copy in a compressed block leads out of it");
        }
        // Byte by byte, as a copy may overlap what it writes.
        for (int i = written; i < written + length; i++) {
          out[i] = out[i - back];
        }
      }
      written += length;
    }
    if (written != out.length) {
      throw new SnappyException("a compressed block is shorter than announced");
    }
    return out;
  }

  private int literalLength(int code) throws SnappyException {
    if (code < 60) {
      return code + 1;
    }
    int length = number(code - 59) + 1;
    if (length <= 0) {
      throw new SnappyException("a literal of a compressed block is too long");
    }
    return length;
  }

  private int number(int size) throws SnappyException {
    int value = 0;
    for (int i = 0; i < size; i++) {
      value |= next() << (8 * i);
    }
    return value;
  }

  private int next() throws SnappyException {
    if (position >= in.length) {
      throw new SnappyException("a compressed block is cut off");
    }
    return in[position++] & 0xff;
  }

  /** The bytes are no Snappy block. */
  public static final class SnappyException extends Exception {
    private static final long serialVersionUID = 1L;

    SnappyException(String message) {
      super(message);
    }
  }
}
