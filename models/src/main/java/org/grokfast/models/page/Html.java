package org.grokfast.models.page;

import java.util.List;
import java.util.stream.Collectors;

/** Pieces of HTML. */
public final class Html {
  private Html() {}

  /** A text with the characters replaced that mean something in HTML. */
  public static String text(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** An element around HTML. */
  public static String element(String name, String attributes, String content) {
    String start = attributes.isEmpty() ? name : name + " " + attributes;
    return "<" + start + ">" + content + "</" + name + ">";
  }

  /** A table that can be scrolled sideways on its own, also with the keyboard. */
  public static String table(
      String attributes, String caption, List<String> head, List<String> rows) {
    String columns =
        head.stream()
            .map(text -> element("th", "scope=\"col\"", text))
            .collect(Collectors.joining());
    String table =
        element("caption", "", caption)
            + element("thead", "", element("tr", "", columns))
            + element("tbody", "", String.join("\n", rows));
    return element(
        "div",
        "class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"" + caption + "\"",
        element("table", attributes, table));
  }

  /** A row of a table. */
  public static String row(String attributes, String head, List<String> cells) {
    return element(
        "tr",
        attributes,
        element("th", "scope=\"row\"", head)
            + cells.stream().map(cell -> element("td", "", cell)).collect(Collectors.joining()));
  }

  /** A command that can be copied. */
  public static String code(String text) {
    return element("pre", "", element("code", "", text(text)));
  }
}
