package org.grokfast.tensorflow.file;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.ReadLimits;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.grokfast.tensorflow.nodes.MetaGraphParts;
import org.grokfast.tensorflow.nodes.PackedMessages;
import org.grokfast.tensorflow.nodes.SavedModelParts;
import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.CondContextDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.QueueRunnerDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.VariableDef;
import org.tensorflow.proto.WhileContextDef;

/** Parses bytes whose form is known, within limits. */
final class MessageParser {
  private static final String UNKNOWN_FIELDS = "unknown fields and/or extensions:\n";

  private final String source;
  private final ReadLimits limits;

  MessageParser(String source, ReadLimits limits) {
    this.source = source;
    this.limits = limits;
  }

  /** Parses a graph, which in binary form keeps the array: it must not change afterwards. */
  GraphParts graph(byte[] bytes, GraphForm form) {
    return packed(bytes, form, PackedMessages::graph)
        .orElseGet(() -> GraphParts.of((GraphDef) parse(bytes, form)));
  }

  /** Parses a MetaGraph, which in binary form keeps the array. */
  MetaGraphParts metaGraph(byte[] bytes, GraphForm form) {
    return packed(bytes, form, PackedMessages::metaGraph)
        .orElseGet(() -> MetaGraphParts.of((MetaGraphDef) parse(bytes, form)));
  }

  /** Parses the message of a SavedModel, which in binary form keeps the array. */
  SavedModelParts savedModel(byte[] bytes, GraphForm form) {
    return packed(bytes, form, PackedMessages::savedModel)
        .orElseGet(() -> SavedModelParts.of((SavedModel) parse(bytes, form)));
  }

  private interface Packed<T> {
    Optional<T> of(byte[] bytes, int maxDepth);
  }

  private <T> Optional<T> packed(byte[] bytes, GraphForm form, Packed<T> packed) {
    if (form.isText()) {
      return Optional.empty();
    }
    new LimitTally(source, limits).addBinary(bytes, form);
    return packed.of(bytes, limits.maxDepth());
  }

  /**
   * Parses the message of a form. Large values of the result share the array, so it must not change
   * afterwards.
   */
  Message parse(byte[] bytes, GraphForm form) {
    Message.Builder builder = builder(form);
    if (form.isText()) {
      parseText(bytes, form, builder);
    } else {
      new LimitTally(source, limits).addBinary(bytes, form);
      parseBinary(bytes, form, builder);
    }
    Message message = builder.build();
    if (form.isText()) {
      tally(message);
    }
    return message;
  }

  private static Message.Builder builder(GraphForm form) {
    return switch (form) {
      case GRAPH_DEF, GRAPH_DEF_TEXT -> GraphDef.newBuilder();
      case META_GRAPH, META_GRAPH_TEXT -> MetaGraphDef.newBuilder();
      case SAVED_MODEL, SAVED_MODEL_TEXT -> SavedModel.newBuilder();
    };
  }

  private void parseBinary(byte[] bytes, GraphForm form, Message.Builder builder) {
    CodedInputStream in = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
    in.enableAliasing(true);
    in.setRecursionLimit(limits.maxDepth());
    try {
      builder.mergeFrom(in);
      in.checkLastTagWas(0);
    } catch (InvalidProtocolBufferException e) {
      throw malformed(form, in.getTotalBytesRead(), e);
    } catch (IOException e) {
      throw new GraphFileException(source + ": could not be read: " + e.getMessage(), e);
    }
  }

  private GraphFileException malformed(
      GraphForm form, int offset, InvalidProtocolBufferException cause) {
    String message = String.valueOf(cause.getMessage());
    if (message.contains("too many levels of nesting")) {
      return tooDeep(cause);
    }
    return new GraphFileException(
        source
            + ": not a whole "
            + form.label()
            + ": near byte "
            + offset
            + ": "
            + message
            + " Write or download the file again.",
        cause);
  }

  private GraphFileException tooDeep(IOException cause) {
    return new GraphFileException(
        source
            + ": messages are nested deeper than the limit of "
            + limits.maxDepth()
            + ". Raise it with --max-depth if the file is trusted.",
        cause);
  }

  private void parseText(byte[] bytes, GraphForm form, Message.Builder builder) {
    try {
      CharSequence text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (text.length() > 0 && text.charAt(0) == '\uFEFF') {
        text = text.subSequence(1, text.length());
      }
      TextFormat.Parser.newBuilder()
          .setTypeRegistry(Collected.TYPES)
          .setRecursionLimit(limits.maxDepth())
          .build()
          .merge(text, builder);
    } catch (CharacterCodingException e) {
      throw new GraphFileException(source + ": the text is not UTF-8. Save it as UTF-8.", e);
    } catch (TextFormat.ParseException e) {
      throw textFault(form, e);
    }
  }

  private GraphFileException textFault(GraphForm form, TextFormat.ParseException cause) {
    String message = String.valueOf(cause.getMessage());
    if (message.contains("too deep")) {
      return tooDeep(cause);
    }
    return new GraphFileException(
        source
            + ": line "
            + cause.getLine()
            + ", column "
            + cause.getColumn()
            + ": not a "
            + form.label()
            + ": "
            + explain(message),
        cause);
  }

  /** The parser lists all unknown fields, one per line, and repeats line and column in front. */
  private static String explain(String message) {
    if (!message.contains(UNKNOWN_FIELDS)) {
      return message.replaceFirst("^\\d+:\\d+: ", "");
    }
    String[] lines = message.split("\n", -1);
    String first = lines[1].substring(lines[1].indexOf('\t') + 1);
    return "unknown field "
        + first
        + (lines.length > 2 ? " and " + (lines.length - 2) + " more" : "")
        + ". If a newer TensorFlow wrote it, give the binary form, which keeps unknown fields.";
  }

  private void tally(Message message) {
    LimitTally tally = new LimitTally(source, limits);
    if (message instanceof GraphDef graph) {
      tally.add(GraphParts.of(graph));
    } else if (message instanceof MetaGraphDef metaGraph) {
      tally.add(GraphParts.of(metaGraph.getGraphDef()));
    } else if (message instanceof SavedModel model) {
      model
          .getMetaGraphsList()
          .forEach(metaGraph -> tally.add(GraphParts.of(metaGraph.getGraphDef())));
    }
  }

  /** The messages that collections hold packed in {@code Any}, which text form spells out. */
  private static final class Collected {
    static final TypeRegistry TYPES =
        TypeRegistry.newBuilder()
            .add(AssetFileDef.getDescriptor())
            .add(CondContextDef.getDescriptor())
            .add(QueueRunnerDef.getDescriptor())
            .add(SaverDef.getDescriptor())
            .add(VariableDef.getDescriptor())
            .add(WhileContextDef.getDescriptor())
            .build();
  }
}
