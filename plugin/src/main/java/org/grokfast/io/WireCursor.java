package org.grokfast.io;

/**
 * Walks the fields of one protobuf message without knowing its type. Groups, which none of the
 * formats here use, count as malformed.
 */
public final class WireCursor {
  /** The wire type of numbers of variable length. */
  public static final int VARINT = 0;

  /** The wire type of eight bytes. */
  public static final int FIXED64 = 1;

  /** The wire type of text, bytes and messages. */
  public static final int BYTES = 2;

  /** The wire type of four bytes. */
  public static final int FIXED32 = 5;

  private final byte[] bytes;
  private final int limit;
  private int position;
  private int field;
  private int wireType;
  private int start;
  private int end;

  /** A cursor before the first field of the message in these bytes. */
  public WireCursor(byte[] bytes, int start, int limit) {
    this.bytes = bytes;
    this.position = start;
    this.limit = limit;
  }

  /** A cursor over the payload of the current field. */
  public WireCursor nested() {
    return new WireCursor(bytes, start, end);
  }

  /**
   * Moves to the next field; false at the end of the message.
   *
   * @throws WireException if the bytes are not a whole message
   */
  public boolean next() throws WireException {
    if (position >= limit) {
      return false;
    }
    int at = position;
    long tag = varint(at);
    field = (int) (tag >>> 3);
    wireType = (int) tag & 7;
    if (tag >>> 32 != 0 || field == 0) {
      throw new WireException(at, false, "no field starts here");
    }
    start = position;
    switch (wireType) {
      case VARINT -> varint(at);
      case FIXED64 -> skip(at, 8);
      case FIXED32 -> skip(at, 4);
      case BYTES -> {
        long length = varint(at);
        start = position;
        skip(at, length);
      }
      default -> throw new WireException(at, false, "wire type " + wireType + " is not in use");
    }
    end = position;
    return true;
  }

  /** The number of the current field. */
  public int field() {
    return field;
  }

  /** The wire type of the current field. */
  public int wireType() {
    return wireType;
  }

  /** Where the payload of the current field starts. */
  public int start() {
    return start;
  }

  /** Where the payload of the current field ends, exclusive. */
  public int end() {
    return end;
  }

  private void skip(int at, long length) throws WireException {
    if (length < 0 || length > limit - position) {
      throw new WireException(
          at,
          length >= 0,
          "field "
              + field
              + " announces "
              + Long.toUnsignedString(length)
              + " bytes where "
              + (limit - position)
              + " are left");
    }
    position += (int) length;
  }

  private long varint(int at) throws WireException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (position >= limit) {
        throw new WireException(at, true, "the bytes end inside a number");
      }
      byte next = bytes[position++];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new WireException(at, false, "a number has more than ten bytes");
  }

  /** The bytes are not a whole protobuf message. */
  public static final class WireException extends Exception {
    private static final long serialVersionUID = 1L;
    private final int offset;
    private final boolean cut;

    WireException(int offset, boolean cut, String message) {
      super(message);
      this.offset = offset;
      this.cut = cut;
    }

    /** Where in the bytes the faulty field starts. */
    public int offset() {
      return offset;
    }

    /** Whether the bytes look cut off rather than wrong. */
    public boolean cut() {
      return cut;
    }

    /**
     * The error for a file in which this was found.
     *
     * @param source the file's name for messages
     * @param what what it is, with its article
     * @param length the number of its bytes
     */
    public GraphFileException in(String source, String what, int length) {
      return new GraphFileException(
          source
              + ": "
              + what
              + (cut ? " that is cut off" : " that is damaged")
              + " at byte "
              + offset
              + " of "
              + length
              + ": "
              + getMessage()
              + ". Write or download the file again.",
          this);
    }
  }
}
