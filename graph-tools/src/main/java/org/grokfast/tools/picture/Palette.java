package org.grokfast.tools.picture;

/** The colours of pictures; told apart by lightness too. */
final class Palette {
  private Palette() {}

  static String fill(Neighbourhood.Presence presence) {
    return switch (presence) {
      case BOTH -> "#f4f4f4";
      case ADDED -> "#d5f0d5";
      case REMOVED -> "#f7d4d4";
    };
  }

  static String stroke(Neighbourhood.Presence presence) {
    return switch (presence) {
      case BOTH -> "#808080";
      case ADDED -> "#1a7f37";
      case REMOVED -> "#c62828";
    };
  }
}
