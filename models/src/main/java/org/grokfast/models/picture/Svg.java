package org.grokfast.models.picture;

import java.util.Locale;

/** An SVG document that looks the same on every machine: it needs no font's measures. */
public final class Svg {
  private final StringBuilder body = new StringBuilder();
  private final int width;
  private final int height;

  public Svg(int width, int height, String background) {
    this.width = width;
    this.height = height;
    add("<rect width=\"100%%\" height=\"100%%\" fill=\"%s\"/>", background);
  }

  /** Adds an element; numbers are written with a point whatever the locale. */
  public void add(String format, Object... values) {
    body.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  /**
   * Adds a line of text.
   *
   * @param anchor {@code start}, {@code middle} or {@code end}: which part of it stands at x
   */
  public void text(double x, double y, String anchor, String style, String text) {
    add(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">%s</text>",
        x, y, anchor, style, text.replace("&", "&amp;").replace("<", "&lt;"));
  }

  /** The document, with the rules of its style sheet. */
  public String document(String title, String style) {
    return String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
                + " height=\"%d\" font-family=\"system-ui, -apple-system, 'Segoe UI', Helvetica,"
                + " Arial, sans-serif\" role=\"img\">\n<title>%s</title>\n<style>%s</style>\n",
            width,
            height,
            width,
            height,
            title,
            style)
        + body
        + "</svg>\n";
  }
}
