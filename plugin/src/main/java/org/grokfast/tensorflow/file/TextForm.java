package org.grokfast.tensorflow.file;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.grokfast.text.Characters;

/**
 * Recognises text files by their first field.
 *
 * @param printable whether the start of the file is text at all
 * @param firstField the identifier that it starts with; empty if it starts with none
 */
record TextForm(boolean printable, String firstField) {
  private static final int LOOKED_AT = 64 * 1024;

  static TextForm of(byte[] bytes) {
    int length = Math.min(bytes.length, LOOKED_AT);
    String head = new String(bytes, 0, length, StandardCharsets.UTF_8);
    if (!Characters.isPrintable(head)) {
      return new TextForm(false, "");
    }
    int i = head.startsWith("\uFEFF") ? 1 : 0;
    while (i < head.length() && (Character.isWhitespace(head.charAt(i)) || head.charAt(i) == '#')) {
      if (head.charAt(i) == '#') {
        int lineEnd = head.indexOf('\n', i);
        i = lineEnd < 0 ? head.length() : lineEnd;
      } else {
        i++;
      }
    }
    int start = i;
    while (i < head.length()
        && (Characters.isNameStart(head.charAt(i)) || Characters.isDigit(head.charAt(i)))) {
      i++;
    }
    String field = head.substring(start, i);
    while (i < head.length() && Character.isWhitespace(head.charAt(i))) {
      i++;
    }
    boolean opened = i < head.length() && "{:<[".indexOf(head.charAt(i)) >= 0;
    return new TextForm(true, opened ? field : "");
  }

  /** The form whose messages have the first field. */
  Optional<GraphForm> form() {
    return switch (firstField) {
      case "node", "library", "versions", "version", "debug_info" ->
          Optional.of(GraphForm.GRAPH_DEF_TEXT);
      case "meta_info_def",
          "graph_def",
          "saver_def",
          "collection_def",
          "signature_def",
          "asset_file_def",
          "object_graph_def" ->
          Optional.of(GraphForm.META_GRAPH_TEXT);
      case "saved_model_schema_version", "meta_graphs" -> Optional.of(GraphForm.SAVED_MODEL_TEXT);
      default -> Optional.empty();
    };
  }
}
