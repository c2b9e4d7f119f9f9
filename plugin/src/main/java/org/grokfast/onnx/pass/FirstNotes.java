package org.grokfast.onnx.pass;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Of notes that many sites have alike, as many as are read, and how many more there are. */
final class FirstNotes {
  private static final int SHOWN = 8;

  private FirstNotes() {}

  /**
   * The first notes.
   *
   * @param rest what is said in place of so many others
   */
  static List<String> of(List<String> all, IntFunction<String> rest) {
    if (all.size() <= SHOWN) {
      return all;
    }
    List<String> shown = new ArrayList<>(all.subList(0, SHOWN));
    shown.add(rest.apply(all.size() - SHOWN));
    return List.copyOf(shown);
  }
}
