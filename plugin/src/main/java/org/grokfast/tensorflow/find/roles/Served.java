package org.grokfast.tensorflow.find.roles;

/** What stands in place of a variable's number where a tensor does not serve exactly one. */
public final class Served {
  /** It goes into the update of no variable. */
  public static final int NOBODY = -1;

  /** It goes into those of several. */
  static final int SEVERAL = -2;

  private Served() {}

  /** Whom something serves that serves the ones and the others. */
  static int both(int first, int second) {
    if (first == NOBODY || first == second) {
      return second;
    }
    return second == NOBODY ? first : SEVERAL;
  }
}
