package org.grokfast.rewrite.coverage;

import java.util.Objects;
import java.util.Optional;

/**
 * Why something is as it is, and what would help.
 *
 * @param why the end of a sentence about it
 * @param remedy what to do, as a clause of its own; empty where nothing in particular helps
 */
public record Reason(String why, Optional<String> remedy) {
  /** Both parts are there, the second perhaps empty. */
  public Reason {
    Objects.requireNonNull(why, "why");
    Objects.requireNonNull(remedy, "remedy");
  }

  /** A reason for which nothing in particular helps. */
  public static Reason of(String why) {
    return new Reason(why, Optional.empty());
  }

  /** A reason and what would help. */
  public static Reason of(String why, String remedy) {
    return new Reason(why, Optional.of(remedy));
  }

  /** The same for a reason that begins with other words. */
  public Reason after(String start) {
    return new Reason(start + why, remedy);
  }

  /** The same for a reason that goes on in other words. */
  public Reason before(String end) {
    return new Reason(why + end, remedy);
  }

  /** Both as they are printed: {@code why; remedy}. */
  @Override
  public String toString() {
    return why + remedy.map(text -> "; " + text).orElse("");
  }
}
