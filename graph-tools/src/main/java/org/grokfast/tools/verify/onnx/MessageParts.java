package org.grokfast.tools.verify.onnx;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The messages in a message. */
final class MessageParts {
  private MessageParts() {}

  /**
   * Hands over the messages that a message holds itself, in the order of its fields.
   *
   * @param wanted which types, by their name
   */
  static void forEach(
      Message.Builder message, Predicate<String> wanted, Consumer<Message.Builder> use) {
    for (FieldDescriptor field : message.getAllFields().keySet()) {
      if (field.getJavaType() != JavaType.MESSAGE
          || !wanted.test(field.getMessageType().getName())) {
        continue;
      }
      if (field.isRepeated()) {
        for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
          use.accept(message.getRepeatedFieldBuilder(field, i));
        }
      } else {
        use.accept(message.getFieldBuilder(field));
      }
    }
  }
}
