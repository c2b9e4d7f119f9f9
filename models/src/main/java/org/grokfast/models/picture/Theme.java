package org.grokfast.models.picture;

import java.util.List;
import java.util.Locale;

/** Colours of a picture for a light or a dark page. */
public enum Theme {
  /** For a white page. */
  LIGHT(
      "#ffffff",
      "#1f2328",
      "#d1d9e0",
      List.of(
          "#0a66c2", "#b35900", "#1a7f37", "#a6347e", "#6e7781", "#0b7285", "#8c5500", "#6639ba")),
  /** For a black one. */
  DARK(
      "#0d1117",
      "#e6edf3",
      "#30363d",
      List.of(
          "#58a6ff", "#f0a742", "#3fb950", "#f778ba", "#9198a1", "#4fd1e0", "#d9b24c", "#bc8cff"));

  /** How many colours of lines there are. */
  public static final int LINES = 8;

  private final String background;
  private final String text;
  private final String grid;

  @SuppressWarnings("ImmutableEnumChecker") // a list that can't be changed
  private final List<String> lines;

  Theme(String background, String text, String grid, List<String> lines) {
    this.background = background;
    this.text = text;
    this.grid = grid;
    this.lines = lines;
  }

  /** The page. */
  public String background() {
    return background;
  }

  /** Letters and marks. */
  public String text() {
    return text;
  }

  /** The lines of a grid. */
  public String grid() {
    return grid;
  }

  /** The colour of a line; they repeat after eight. */
  public String line(int number) {
    return lines.get(number % lines.size());
  }

  /** The name in files: {@code light}. */
  public String fileName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
