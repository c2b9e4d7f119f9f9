package org.grokfast.tensorflow.file;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.grokfast.io.WireCursor;
import org.grokfast.io.WireCursor.WireException;
import org.grokfast.text.Characters;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;

/**
 * Tells the binary forms apart. GraphDef and MetaGraphDef share their field numbers, so the first
 * fields are compared with what each message type has there, a few levels deep: a node's op name is
 * no list of ops.
 *
 * @param form what the bytes are most like
 * @param fault where the walk over the top-level fields stopped, if it did not reach the end
 */
record BinaryForm(GraphForm form, Optional<WireException> fault) {
  private static final int SAMPLES_PER_FIELD = 4;
  private static final int NESTED_FIELDS = 64;
  private static final int DEPTH = 3;
  private static final int MISMATCH = -4;
  private static final int UNKNOWN = -1;

  /** What the bytes are most like; empty if they are like none of the forms. */
  static Optional<BinaryForm> of(byte[] bytes) {
    GraphForm best = null;
    int bestScore = 0;
    Walk walk = new Walk(bytes);
    for (GraphForm form :
        new GraphForm[] {GraphForm.GRAPH_DEF, GraphForm.META_GRAPH, GraphForm.SAVED_MODEL}) {
      int score = walk.score(descriptor(form), 0, bytes.length, DEPTH);
      if (score > bestScore) {
        best = form;
        bestScore = score;
      }
    }
    Optional<WireException> fault = best == null ? Optional.empty() : walk.topLevel();
    return Optional.ofNullable(best).map(form -> new BinaryForm(form, fault));
  }

  private static Descriptor descriptor(GraphForm form) {
    return switch (form) {
      case META_GRAPH -> MetaGraphDef.getDescriptor();
      case SAVED_MODEL -> SavedModel.getDescriptor();
      default -> GraphDef.getDescriptor();
    };
  }

  private static final class Walk {
    private final byte[] bytes;

    Walk(byte[] bytes) {
      this.bytes = bytes;
    }

    /** Walks to the end, for a fault. */
    Optional<WireException> topLevel() {
      WireCursor cursor = new WireCursor(bytes, 0, bytes.length);
      try {
        while (cursor.next()) {
          // Only whether there is a next field is of interest.
        }
      } catch (WireException e) {
        return Optional.of(e);
      }
      return Optional.empty();
    }

    int score(Descriptor type, int start, int end, int depth) {
      int score = 0;
      int seen = 0;
      int[] samples = new int[32];
      WireCursor cursor = new WireCursor(bytes, start, end);
      try {
        while (cursor.next() && (depth == DEPTH || seen++ < NESTED_FIELDS)) {
          int slot = Math.min(cursor.field(), samples.length - 1);
          if (samples[slot]++ < SAMPLES_PER_FIELD) {
            score += score(type.findFieldByNumber(cursor.field()), cursor, depth);
          }
        }
      } catch (WireException e) {
        return depth == DEPTH ? score + cutOff(type, cursor, e, depth) : MISMATCH;
      }
      if (type == NodeDef.getDescriptor() && samples[NodeDef.NAME_FIELD_NUMBER] == 0) {
        return MISMATCH; // Meta information with tags only is like a node with a device only.
      }
      return depth == DEPTH ? score : Math.max(MISMATCH, Math.min(-MISMATCH, score));
    }

    /** A cut-off last field still tells something by its number. */
    private int cutOff(Descriptor type, WireCursor cursor, WireException fault, int depth) {
      if (!fault.cut() || cursor.wireType() != WireCursor.BYTES || cursor.start() == 0) {
        return 0;
      }
      FieldDescriptor field = type.findFieldByNumber(cursor.field());
      if (field == null || field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
        return 0;
      }
      // The nested message is cut off too, which alone is no mismatch.
      return Math.max(0, prefixScore(field.getMessageType(), cursor.start(), depth - 1));
    }

    private int prefixScore(Descriptor type, int start, int depth) {
      int score = 0;
      WireCursor cursor = new WireCursor(bytes, start, bytes.length);
      try {
        for (int seen = 0; seen < NESTED_FIELDS && cursor.next(); seen++) {
          score += score(type.findFieldByNumber(cursor.field()), cursor, depth);
        }
      } catch (WireException e) {
        return score + cutOff(type, cursor, e, depth);
      }
      return score;
    }

    private int score(FieldDescriptor field, WireCursor cursor, int depth) {
      if (field == null) {
        return UNKNOWN;
      }
      boolean packed = field.isPackable() && cursor.wireType() == WireCursor.BYTES;
      if (!packed && field.getLiteType().getWireType() != cursor.wireType()) {
        return MISMATCH;
      }
      return switch (field.getJavaType()) {
        case STRING -> isText(cursor.start(), cursor.end()) ? 1 : MISMATCH;
        case MESSAGE ->
            depth == 0
                ? 0
                : 1 + score(field.getMessageType(), cursor.start(), cursor.end(), depth - 1);
        default -> 1;
      };
    }

    private boolean isText(int start, int end) {
      return Characters.isPrintable(
          new String(bytes, start, Math.min(end - start, 256), StandardCharsets.UTF_8));
    }
  }
}
