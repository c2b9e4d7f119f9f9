package org.grokfast.models.imdb;

/** Checks numbers that a user gives. */
final class Ranges {
  private Ranges() {}

  static void require(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " must be from " + least + " to " + most + ", was " + value);
    }
  }
}
