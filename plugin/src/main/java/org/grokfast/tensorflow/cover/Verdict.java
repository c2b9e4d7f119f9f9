package org.grokfast.tensorflow.cover;

import java.util.List;
import org.grokfast.rewrite.coverage.Fate;
import org.grokfast.rewrite.coverage.Reason;

/**
 * What one write does to a variable.
 *
 * @param fate what that makes of the variable
 * @param write the writing node
 * @param reason why
 */
record Verdict(Fate fate, int write, Reason reason) {
  /** A verdict where nothing in particular would help. */
  Verdict(Fate fate, int write, String why) {
    this(fate, write, Reason.of(why));
  }

  /** Of what several writes do, the later one counts. */
  private static final List<Fate> GRAVITY =
      List.of(
          Fate.NOT_BY_GRADIENT,
          Fate.OPTIMIZER_STATE,
          Fate.FILTERED,
          Fate.UNDECIDED,
          Fate.FILTERED_IN_PART,
          Fate.UNFILTERED);

  /** Of two verdicts on a variable, the graver one; the first of equals. */
  static Verdict graver(Verdict first, Verdict second) {
    if (first.fate() == Fate.FILTERED && second.fate() == Fate.UNDECIDED) {
      return second.ofFiltered();
    }
    if (first.fate() == Fate.UNDECIDED && second.fate() == Fate.FILTERED) {
      return first.ofFiltered();
    }
    return GRAVITY.indexOf(second.fate()) > GRAVITY.indexOf(first.fate()) ? second : first;
  }

  /** The same of a write beside one that takes a filtered gradient. */
  private Verdict ofFiltered() {
    return new Verdict(Fate.FILTERED_IN_PART, write, reason);
  }
}
