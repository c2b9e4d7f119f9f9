package org.grokfast.onnx.file;

import com.google.flatbuffers.FlatBufferBuilder;
import com.google.flatbuffers.Table;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A table of a flatbuffer, read by a schema that is given at run time, and written again. A field
 * that was absent stays absent; fields that the schema does not know are counted, so that a reader
 * can refuse them rather than lose them.
 */
final class FlatTable {
  /** What a field holds. */
  enum Kind {
    INT32,
    INT64,
    FLOAT,
    BOOL,
    STRING,
    STRINGS,
    BYTES,
    LONGS,
    TABLE,
    TABLES
  }

  /**
   * A field of a schema.
   *
   * @param name its name, for messages
   * @param kind what it holds
   * @param schema for tables, their fields
   */
  record Field(String name, Kind kind, List<Field> schema) {
    Field(String name, Kind kind) {
      this(name, kind, List.of());
    }
  }

  private final List<Field> schema;
  private final Object[] values;

  FlatTable(List<Field> schema) {
    this.schema = schema;
    this.values = new Object[schema.size()];
  }

  Object get(int field) {
    return values[field];
  }

  /** The tables of a field; empty where it is absent. */
  List<FlatTable> tables(int field) {
    List<FlatTable> tables = new ArrayList<>();
    if (values[field] instanceof List<?> list) {
      list.forEach(table -> tables.add((FlatTable) table));
    }
    return tables;
  }

  FlatTable set(int field, Object value) {
    values[field] = value;
    return this;
  }

  /** Reads the root table. Faults come as IndexOutOfBounds or IllegalArgument exceptions. */
  static FlatTable root(byte[] bytes, List<Field> schema) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    return new Cursor(buffer, new Budget(bytes.length)).at(buffer.getInt(0)).read(schema);
  }

  /** Keeps a small file, whose many offsets lead to the same place, from growing in memory. */
  private static final class Budget {
    private static final long TIMES = 4;
    private long left;

    Budget(int fileBytes) {
      left = TIMES * fileBytes;
    }

    void take(long bytes) {
      left -= bytes;
      Cursor.require(left >= 0, "its vectors together are larger than the file");
    }
  }

  private static final class Cursor extends Table {
    private final ByteBuffer buffer;
    private final Budget budget;

    Cursor(ByteBuffer buffer, Budget budget) {
      this.buffer = buffer;
      this.budget = budget;
    }

    Cursor at(int position) {
      require(position >= 0 && position < buffer.limit(), "a table lies outside the file");
      __reset(position, buffer);
      return this;
    }

    FlatTable read(List<Field> schema) {
      int known = (Short.toUnsignedInt(buffer.getShort(bb_pos - buffer.getInt(bb_pos))) - 4) / 2;
      for (int field = schema.size(); field < known; field++) {
        require(__offset(4 + 2 * field) == 0, "field " + field + " of a table is not known");
      }
      FlatTable table = new FlatTable(schema);
      for (int field = 0; field < schema.size(); field++) {
        int offset = __offset(4 + 2 * field);
        if (offset != 0) {
          table.values[field] = read(schema.get(field), bb_pos + offset);
        }
      }
      return table;
    }

    private Object read(Field field, int at) {
      return switch (field.kind()) {
        case INT32 -> buffer.getInt(at);
        case INT64 -> buffer.getLong(at);
        case FLOAT -> buffer.getFloat(at);
        case BOOL -> buffer.get(at) != 0;
        case STRING -> __string(checked(at, 1));
        case BYTES -> bytes(at);
        case LONGS -> longs(at);
        case STRINGS -> {
          List<Object> list = new ArrayList<>();
          int start = elements(at, 4);
          for (int i = 0; i < length(at); i++) {
            list.add(__string(checked(start + 4 * i, 1)));
          }
          yield list;
        }
        case TABLE -> new Cursor(buffer, budget).at(__indirect(at)).read(field.schema());
        case TABLES -> {
          List<Object> list = new ArrayList<>();
          int start = elements(at, 4);
          for (int i = 0; i < length(at); i++) {
            list.add(new Cursor(buffer, budget).at(__indirect(start + 4 * i)).read(field.schema()));
          }
          yield list;
        }
      };
    }

    private byte[] bytes(int at) {
      int start = elements(at, 1);
      byte[] bytes = new byte[length(at)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = buffer.get(start + i);
      }
      return bytes;
    }

    private long[] longs(int at) {
      int start = elements(at, 8);
      long[] longs = new long[length(at)];
      for (int i = 0; i < longs.length; i++) {
        longs[i] = buffer.getLong(start + 8 * i);
      }
      return longs;
    }

    private int length(int at) {
      return buffer.getInt(__indirect(at));
    }

    private int elements(int at, int size) {
      return __indirect(checked(at, size)) + 4;
    }

    /** The place of a vector, once it is known to lie in the file with all its elements. */
    private int checked(int at, int size) {
      int start = __indirect(at);
      require(start >= 0 && start <= buffer.limit() - 4, "a vector lies outside the file");
      long length = buffer.getInt(start);
      require(
          length >= 0 && length * size <= buffer.limit() - 4L - start,
          "a vector is longer than the file");
      budget.take(length * size);
      return at;
    }

    private static void require(boolean holds, String fault) {
      if (!holds) {
        throw new IllegalArgumentException(fault);
      }
    }
  }

  /** The bytes of a file whose root is this table. */
  byte[] toBytes(String identifier) {
    FlatBufferBuilder builder = new FlatBufferBuilder(1024);
    builder.finish(write(builder), identifier);
    return builder.sizedByteArray();
  }

  private int write(FlatBufferBuilder builder) {
    int[] offsets = new int[values.length];
    for (int field = 0; field < values.length; field++) {
      if (values[field] != null) {
        offsets[field] = writeOutside(builder, schema.get(field), values[field]);
      }
    }
    builder.startTable(values.length);
    for (int field = 0; field < values.length; field++) {
      Object value = values[field];
      if (value == null) {
        continue;
      }
      // What was stated is stated again, even where it is the default.
      switch (schema.get(field).kind()) {
        case INT32 -> builder.addInt((Integer) value);
        case INT64 -> builder.addLong((Long) value);
        case FLOAT -> builder.addFloat((Float) value);
        case BOOL -> builder.addBoolean((Boolean) value);
        default -> builder.addOffset(offsets[field]);
      }
      builder.slot(field);
    }
    return builder.endTable();
  }

  private static int writeOutside(FlatBufferBuilder builder, Field field, Object value) {
    switch (field.kind()) {
      case STRING -> {
        return builder.createString((String) value);
      }
      case BYTES -> {
        byte[] bytes = (byte[]) value;
        // Aligned like the widest element, so that a runtime may map it.
        builder.startVector(1, bytes.length, 8);
        for (int i = bytes.length - 1; i >= 0; i--) {
          builder.addByte(bytes[i]);
        }
        return builder.endVector();
      }
      case LONGS -> {
        long[] longs = (long[]) value;
        builder.startVector(8, longs.length, 8);
        for (int i = longs.length - 1; i >= 0; i--) {
          builder.addLong(longs[i]);
        }
        return builder.endVector();
      }
      case STRINGS -> {
        return offsets(builder, (List<?>) value, text -> builder.createString((String) text));
      }
      case TABLE -> {
        return ((FlatTable) value).write(builder);
      }
      case TABLES -> {
        return offsets(builder, (List<?>) value, table -> ((FlatTable) table).write(builder));
      }
      default -> {
        return 0;
      }
    }
  }

  private interface Writer {
    int write(Object element);
  }

  private static int offsets(FlatBufferBuilder builder, List<?> list, Writer writer) {
    int[] offsets = list.stream().mapToInt(writer::write).toArray();
    builder.startVector(4, offsets.length, 4);
    for (int i = offsets.length - 1; i >= 0; i--) {
      builder.addOffset(offsets[i]);
    }
    return builder.endVector();
  }
}
