package org.grokfast.io;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the name that was probably meant. */
public final class NearestName {
  private static final int MOST_EDITS = 3;
  private static final int MOST_CANDIDATES = 200_000;
  private static final int LONGEST = 200;

  private NearestName() {}

  /** The candidate with the fewest edits, at most three and at most a third of the name. */
  public static Optional<String> of(String name, Stream<String> candidates) {
    if (name.length() > LONGEST) {
      return Optional.empty();
    }
    int[] fewest = {Math.min(MOST_EDITS, Math.max(1, name.length() / 3)) + 1};
    String[] best = {null};
    candidates
        .limit(MOST_CANDIDATES)
        .filter(candidate -> Math.abs(candidate.length() - name.length()) < fewest[0])
        .forEach(
            candidate -> {
              int edits = edits(name, candidate, fewest[0]);
              if (edits < fewest[0]) {
                fewest[0] = edits;
                best[0] = candidate;
              }
            });
    return Optional.ofNullable(best[0]);
  }

  /** The Levenshtein distance, or the bound where it is not below it. */
  private static int edits(String a, String b, int bound) {
    int[] previous = new int[b.length() + 1];
    int[] current = new int[b.length() + 1];
    Arrays.setAll(previous, i -> i);
    for (int i = 1; i <= a.length(); i++) {
      int from = Math.max(1, i - bound);
      int to = Math.min(b.length(), i + bound);
      Arrays.fill(current, bound);
      current[0] = i;
      int least = i;
      for (int j = from; j <= to; j++) {
        int replace = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int edit = Math.min(previous[j], current[j - 1]) + 1;
        current[j] = Math.min(bound, Math.min(replace, edit));
        least = Math.min(least, current[j]);
      }
      if (least >= bound) {
        return bound;
      }
      int[] swap = previous;
      previous = current;
      current = swap;
    }
    return previous[b.length()];
  }
}
