package org.grokfast.onnx.file;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.util.Map;
import java.util.Optional;
import org.grokfast.io.WireCursor;
import org.grokfast.io.WireCursor.WireException;

/**
 * Recognises ONNX models by the numbers and wire types of their fields, without parsing them.
 *
 * @param fault where the walk over the fields stopped, if it did not reach the end
 */
public record WireForm(Optional<WireException> fault) {
  private static final int GRAPH = ModelProto.GRAPH_FIELD_NUMBER;
  private static final int IMPORTS = ModelProto.OPSET_IMPORT_FIELD_NUMBER;

  /** Versions are numbers; names, documentation, graph and operator sets are not. */
  private static final Map<Integer, Integer> WIRE_TYPES =
      Map.of(
          ModelProto.IR_VERSION_FIELD_NUMBER,
          WireCursor.VARINT,
          ModelProto.PRODUCER_NAME_FIELD_NUMBER,
          WireCursor.BYTES,
          ModelProto.PRODUCER_VERSION_FIELD_NUMBER,
          WireCursor.BYTES,
          ModelProto.DOMAIN_FIELD_NUMBER,
          WireCursor.BYTES,
          ModelProto.MODEL_VERSION_FIELD_NUMBER,
          WireCursor.VARINT,
          ModelProto.DOC_STRING_FIELD_NUMBER,
          WireCursor.BYTES,
          GRAPH,
          WireCursor.BYTES,
          IMPORTS,
          WireCursor.BYTES);

  /** Bytes as an ONNX model; empty if they are none. A cut-off or damaged one is one. */
  public static Optional<WireForm> of(byte[] bytes) {
    boolean graph = false;
    Optional<WireException> fault = Optional.empty();
    WireCursor cursor = new WireCursor(bytes, 0, bytes.length);
    try {
      while (cursor.next()) {
        if (WIRE_TYPES.getOrDefault(cursor.field(), cursor.wireType()) != cursor.wireType()) {
          return Optional.empty();
        }
        graph |= isGraph(cursor);
      }
    } catch (WireException e) {
      fault = Optional.of(e);
      graph |= e.cut() && isGraph(cursor);
    }
    return graph ? Optional.of(new WireForm(fault)) : Optional.empty();
  }

  private static boolean isGraph(WireCursor cursor) {
    return cursor.field() == GRAPH || cursor.field() == IMPORTS;
  }
}
