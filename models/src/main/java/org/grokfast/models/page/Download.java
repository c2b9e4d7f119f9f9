package org.grokfast.models.page;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A file that a page holds, so that it can be saved from there without another file beside it.
 *
 * @param name of the saved file
 * @param type the media type, such as {@code text/csv}
 * @param content its text
 */
public record Download(String name, String type, String content) {
  /** A picture. */
  public static Download svg(String name, String content) {
    return new Download(name, "image/svg+xml", content);
  }

  /** A table. */
  public static Download csv(String name, String content) {
    return new Download(name, "text/csv", content);
  }

  /** The whole file as an address. */
  public String uri() {
    return "data:"
        + type
        + ";charset=utf-8;base64,"
        + Base64.getEncoder().encodeToString(content.getBytes(StandardCharsets.UTF_8));
  }

  /** A paragraph with a link to save each. */
  public static String links(List<Download> files) {
    return Html.element(
        "p",
        "class=\"downloads\"",
        "Save: " + files.stream().map(Download::link).collect(Collectors.joining(" ")));
  }

  private String link() {
    String shown = Html.text(name);
    return Html.element("a", "download=\"" + shown + "\" href=\"" + uri() + "\"", shown);
  }
}
