package org.grokfast.models.training;

/**
 * A setting of a run that isn't that of its checkpoint.
 *
 * @param name the setting
 * @param there its value in the checkpoint
 * @param here that of the run
 */
record Difference(String name, String there, String here) {
  private static final int SHOWN = 60;

  /** Both values; of long ones, such as a filter or a vocabulary, the part that differs. */
  String text() {
    int first = 0;
    while (first < Math.min(there.length(), here.length())
        && there.charAt(first) == here.charAt(first)) {
      first++;
    }
    return name + " is " + shown(there, first) + " there and " + shown(here, first) + " here";
  }

  /** From the entry of a list on in which they differ, as far as that isn't long too. */
  private static String shown(String value, int first) {
    if (value.length() <= SHOWN) {
      return value;
    }
    int entry = value.lastIndexOf(", ", first - 1) + 2;
    int from = entry >= 2 && first - entry < SHOWN / 2 ? entry : Math.max(0, first - SHOWN / 2);
    int to = Math.min(value.length(), from + SHOWN);
    return (from > 0 ? "..." : "") + value.substring(from, to) + (to < value.length() ? "..." : "");
  }
}
