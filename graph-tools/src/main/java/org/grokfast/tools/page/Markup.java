package org.grokfast.tools.page;

import java.util.List;
import org.grokfast.tools.console.Printable;

/** HTML in the making. What is no method's own tag is text, escaped and with controls shown. */
final class Markup {
  private final StringBuilder html = new StringBuilder();

  /** A text as HTML, also within an attribute. */
  static String escaped(String text) {
    return Printable.text(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** An element with a text. */
  Markup element(String tag, String text) {
    return element(tag, "", text);
  }

  /**
   * An element with a text.
   *
   * @param attributes this program's own: nothing from a file
   */
  Markup element(String tag, String attributes, String text) {
    html.append('<').append(tag).append(attributes.isEmpty() ? "" : " " + attributes).append('>');
    html.append(escaped(text)).append("</").append(tag).append(">\n");
    return this;
  }

  /**
   * The start of an element.
   *
   * @param attributes this program's own: nothing from a file
   */
  Markup open(String tag, String attributes) {
    html.append('<').append(tag).append(attributes.isEmpty() ? "" : " " + attributes).append(">\n");
    return this;
  }

  Markup close(String tag) {
    html.append("</").append(tag).append(">\n");
    return this;
  }

  /** A heading that can be linked to, with a count. */
  Markup heading(String anchor, String text, int count) {
    html.append("<h2 id=\"").append(anchor).append("\">").append(escaped(text));
    html.append(" <span class=\"count\">").append(count).append("</span></h2>\n");
    return this;
  }

  /** A name with what is said of it, within a list of such. */
  Markup fact(String label, String text) {
    return element("dt", label).element("dd", text);
  }

  /** A table; nothing for no rows. */
  Markup table(List<String> head, List<List<String>> rows) {
    if (rows.isEmpty()) {
      return this;
    }
    open("div", "class=\"scroll\" tabindex=\"0\"").open("table", "").open("thead", "");
    row("th", head);
    close("thead").open("tbody", "");
    rows.forEach(row -> row("td", row));
    return close("tbody").close("table").close("div");
  }

  private void row(String cell, List<String> texts) {
    open("tr", "");
    texts.forEach(text -> element(cell, text));
    close("tr");
  }

  /** A picture with buttons that make it larger and smaller. */
  Markup picture(String svg) {
    open("div", "class=\"picture\"").open("div", "class=\"buttons\"");
    html.append("<button type=\"button\" data-zoom=\"1.4\" aria-label=\"Larger\">+</button>\n");
    html.append("<button type=\"button\" data-zoom=\"0.714\" aria-label=\"Smaller\">−</button>\n");
    html.append("<button type=\"button\" data-zoom=\"0\">Fit</button>\n");
    close("div").open("div", "class=\"view\" tabindex=\"0\"");
    html.append(svg);
    return close("div").close("div");
  }

  /** The HTML so far. */
  String html() {
    return html.toString();
  }
}
