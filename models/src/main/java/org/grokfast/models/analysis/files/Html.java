package org.grokfast.models.analysis.files;

/** Pieces of HTML. */
final class Html {
  private Html() {}

  /** A text with the characters replaced that mean something in HTML. */
  static String text(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
