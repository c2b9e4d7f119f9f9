package org.grokfast.tensorflow.nodes;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.io.IOException;

/**
 * A message without one of its fields, which is kept apart and written where protobuf writes it: in
 * the order of the fields' numbers.
 *
 * @param before the fields that come before it
 * @param after those that come after it, and unknown ones
 */
record Surroundings(Message before, Message after) {

  /**
   * What is around a field.
   *
   * @param rest the message; what it has in the field itself is left out
   * @param field the field's number
   */
  static Surroundings of(Message rest, int field) {
    Message.Builder before = rest.newBuilderForType();
    Message.Builder after = rest.toBuilder();
    for (FieldDescriptor each : rest.getAllFields().keySet()) {
      if (each.getNumber() < field) {
        before.setField(each, rest.getField(each));
      }
      if (each.getNumber() <= field) {
        after.clearField(each);
      }
    }
    return new Surroundings(before.build(), after.build());
  }

  /** The bytes that they take. */
  long serializedSize() {
    return (long) before.getSerializedSize() + after.getSerializedSize();
  }

  /** Writes what is between the two. */
  @FunctionalInterface
  interface Middle {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  /** Writes the message. */
  void writeTo(CodedOutputStream out, Middle middle) throws IOException {
    before.writeTo(out);
    middle.writeTo(out);
    after.writeTo(out);
  }

  /** The bytes that a message in a field takes, with its tag and its length. */
  static long fieldSize(int field, long length) {
    return CodedOutputStream.computeTagSize(field)
        + CodedOutputStream.computeUInt64SizeNoTag(length)
        + length;
  }

  /** Writes what stands in front of a message in a field: tag and length. */
  static void writeStart(CodedOutputStream out, int field, long length) throws IOException {
    out.writeTag(field, 2);
    out.writeUInt64NoTag(length);
  }
}
