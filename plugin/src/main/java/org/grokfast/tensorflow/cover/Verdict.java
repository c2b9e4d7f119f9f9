package org.grokfast.tensorflow.cover;

import java.util.List;
import org.grokfast.rewrite.coverage.Fate;

/**
 * What one write does to a variable.
 *
 * @param fate what that makes of the variable
 * @param write the writing node
 * @param reason why
 */
record Verdict(Fate fate, int write, String reason) {
  /** Of what several writes do, the later one counts. */
  private static final List<Fate> GRAVITY =
      List.of(
          Fate.NOT_BY_GRADIENT,
          Fate.OPTIMIZER_STATE,
          Fate.FILTERED,
          Fate.UNDECIDED,
          Fate.UNFILTERED);

  /** Of two verdicts on a variable, the graver one; the first of equals. */
  static Verdict graver(Verdict first, Verdict second) {
    return GRAVITY.indexOf(second.fate()) > GRAVITY.indexOf(first.fate()) ? second : first;
  }
}
