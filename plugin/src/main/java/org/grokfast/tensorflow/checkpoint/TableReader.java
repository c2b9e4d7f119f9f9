package org.grokfast.tensorflow.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.grokfast.io.GraphFileException;

/**
 * Reads the sorted table of keys and values in which a checkpoint's index is stored: LevelDB's
 * table format, blocks plain or compressed with Snappy. Every block's checksum is verified.
 *
 * <p>Layout: blocks, each followed by a compression byte and a masked CRC-32C; an index block whose
 * values are the places (offset, size) of the blocks; a footer of 48 bytes with the place of the
 * index block and a magic number. LevelDB's own Java port would bring Guava and a writer for the
 * sake of this much.
 */
public final class TableReader {
  private static final int FOOTER = 48;
  private static final int TRAILER = 5;
  private static final long MAGIC = 0xdb4775248b80fb57L;
  private static final int CRC_MASK_DELTA = 0xa282ead8;

  private final String source;
  private final byte[] bytes;

  TableReader(String source, byte[] bytes) {
    this.source = source;
    this.bytes = bytes;
  }

  /** Takes one key and its value, in ascending order of the keys. */
  @FunctionalInterface
  interface Visitor {
    void visit(byte[] key, byte[] value);
  }

  /** Whether the bytes end as a table does. */
  public static boolean hasMagic(byte[] bytes) {
    return bytes.length >= FOOTER && littleEndian(bytes).getLong(bytes.length - 8) == MAGIC;
  }

  /** Visits all entries. */
  void forEach(Visitor visitor) {
    if (!hasMagic(bytes)) {
      throw new GraphFileException(
          source
              + ": not the index of a checkpoint, or one that is cut off. Give the file"
              + " <prefix>.index of a TensorFlow checkpoint.");
    }
    int footer = bytes.length - FOOTER;
    Cursor places = new Cursor(bytes, footer, bytes.length - 8, footer);
    places.varint();
    places.varint();
    long offset = places.varint();
    long size = places.varint();
    byte[][] last = {null};
    entries(
        offset,
        size,
        footer,
        (separator, place) -> {
          Cursor handle = new Cursor(place, 0, place.length, (int) offset);
          entries(
              handle.varint(),
              handle.varint(),
              (int) offset,
              (key, value) -> {
                if (last[0] != null && Arrays.compareUnsigned(last[0], key) >= 0) {
                  throw corrupt(handle.reported, "the keys do not ascend");
                }
                last[0] = key;
                visitor.visit(key, value);
              });
        });
  }

  /** Visits the entries of the block at a place that ends before a limit. */
  private void entries(long offset, long size, int limit, Visitor visitor) {
    if (offset < 0 || size < 0 || offset > limit || size > limit - offset - TRAILER) {
      throw corrupt(limit, "a block is said to be at " + offset + " with " + size + " bytes");
    }
    int at = (int) offset;
    byte[] block = block(at, (int) size);
    if (block.length < 4) {
      throw corrupt(at, "the block is too short");
    }
    long restarts = Integer.toUnsignedLong(littleEndian(block).getInt(block.length - 4));
    long end = block.length - 4 - 4 * restarts;
    if (end < 0) {
      throw corrupt(at, "the block has no room for " + restarts + " restart points");
    }
    Cursor cursor = new Cursor(block, 0, (int) end, at);
    byte[] key = {};
    while (cursor.position < end) {
      int shared = cursor.length();
      int added = cursor.length();
      int valueLength = cursor.length();
      if (shared > key.length) {
        throw corrupt(at, "a key shares more than the one before it has");
      }
      byte[] suffix = cursor.take(added);
      byte[] next = Arrays.copyOf(key, shared + added);
      System.arraycopy(suffix, 0, next, shared, added);
      key = next;
      visitor.visit(key, cursor.take(valueLength));
    }
  }

  private byte[] block(int offset, int size) {
    CRC32C sum = new CRC32C();
    sum.update(bytes, offset, size + 1);
    int crc = (int) sum.getValue();
    int masked = Integer.rotateRight(crc, 15) + CRC_MASK_DELTA;
    if (littleEndian(bytes).getInt(offset + size + 1) != masked) {
      throw corrupt(offset, "the checksum of the block is wrong");
    }
    byte[] stored = Arrays.copyOfRange(bytes, offset, offset + size);
    int compression = bytes[offset + size];
    return switch (compression) {
      case 0 -> stored;
      case 1 -> {
        try {
          yield Snappy.uncompress(stored);
        } catch (Snappy.SnappyException e) {
          throw new GraphFileException(corrupt(offset, e.getMessage()).getMessage(), e);
        }
      }
      default -> throw corrupt(offset, "compression " + compression + " is unknown");
    };
  }

  private GraphFileException corrupt(long offset, String what) {
    return new GraphFileException(
        source
            + ": corrupt at offset "
            + offset
            + ": "
            + what
            + ". Restore the checkpoint from a copy.");
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Reads numbers and byte strings out of a range, reporting faults at an offset of the file. */
  private final class Cursor {
    private final byte[] from;
    private final int end;
    private final int reported;
    private int position;

    Cursor(byte[] from, int start, int end, int reported) {
      this.from = from;
      this.position = start;
      this.end = end;
      this.reported = reported;
    }

    long varint() {
      long value = 0;
      for (int shift = 0; shift < 64 && position < end; shift += 7) {
        byte next = from[position++];
        value |= (long) (next & 0x7f) << shift;
        if (next >= 0) {
          return value;
        }
      }
      throw corrupt(reported, "a number does not end");
    }

    int length() {
      long length = varint();
      if (length < 0 || length > end) {
        throw corrupt(reported, "a length of " + length + " is too long");
      }
      return (int) length;
    }

    byte[] take(int length) {
      if (length > end - position) {
        throw corrupt(reported, "an entry is cut off");
      }
      position += length;
      return Arrays.copyOfRange(from, position - length, position);
    }
  }
}
