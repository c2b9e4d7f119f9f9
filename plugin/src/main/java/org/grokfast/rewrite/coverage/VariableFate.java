package org.grokfast.rewrite.coverage;

import java.util.Optional;

/**
 * What becomes of one variable, and why.
 *
 * @param variable its name in the graph
 * @param fate what becomes of it
 * @param writer the node that writes it; with the function's name before it, {@code function/node},
 *     where it is in one
 * @param reason why, and what would help
 * @param place how the writer is reached where it is in a function; empty in the main graph
 */
public record VariableFate(
    String variable, Fate fate, String writer, Reason reason, Optional<String> place) {

  /** A variable that a node of the main graph writes. */
  public VariableFate(String variable, Fate fate, String writer, Reason reason) {
    this(variable, fate, writer, reason, Optional.empty());
  }

  /** The same where nothing in particular would help. */
  public VariableFate(String variable, Fate fate, String writer, String why) {
    this(variable, fate, writer, Reason.of(why));
  }

  /** The same variable with another fate. */
  public VariableFate with(Fate other, String why) {
    return new VariableFate(variable, other, writer, Reason.of(why), place);
  }
}
