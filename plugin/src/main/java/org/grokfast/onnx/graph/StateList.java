package org.grokfast.onnx.graph;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Optional;
import org.grokfast.rewrite.GraphRewriteException;

/**
 * The list of states in the metadata of a rewritten model, under the key {@code grokfast.state}: a
 * JSON array of objects with the fields {@code input}, {@code output}, {@code dtype}, {@code shape}
 * and {@code initial}. A runtime that knows nothing else can carry the state by it.
 */
public final class StateList {
  private static final ObjectMapper JSON = new ObjectMapper();

  private StateList() {}

  public static String write(List<StateEntry> entries) {
    try {
      return JSON.writeValueAsString(entries);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a list of plain values could not be written", e);
    }
  }

  /**
   * The states of a rewritten model; empty for one that was not rewritten.
   *
   * @throws GraphRewriteException if the list is there but can't be read
   */
  public static List<StateEntry> of(ModelProto model) {
    Optional<String> text = OnnxProvenance.text(model.getMetadataPropsList(), OnnxProvenance.STATE);
    return text.isEmpty() ? List.of() : parse(text.get());
  }

  /**
   * Reads the list as it stands in the metadata.
   *
   * @throws GraphRewriteException if it can't be read
   */
  public static List<StateEntry> parse(String text) {
    try {
      List<StateEntry> entries = JSON.readValue(text, new TypeReference<List<StateEntry>>() {});
      if (entries != null && entries.stream().noneMatch(StateList::isBroken)) {
        return entries;
      }
    } catch (JsonProcessingException e) {
      throw broken(e);
    }
    throw broken(null);
  }

  private static boolean isBroken(StateEntry entry) {
    return entry == null
        || entry.input() == null
        || entry.output() == null
        || entry.dtype() == null
        || entry.shape().stream().anyMatch(d -> d < 0);
  }

  private static GraphRewriteException broken(Exception cause) {
    return new GraphRewriteException(
        "the model's metadata "
            + OnnxProvenance.STATE
            + " is not the list of states that the pass writes; rewrite the original model again",
        cause);
  }
}
