package org.grokfast.rewrite;

import java.util.List;

/**
 * Where a site stands that is not in the main graph.
 *
 * @param function the function that holds it
 * @param calls the nodes through which the main graph reaches the function, outermost first; those
 *     in functions are spelled {@code function/node}
 */
public record Place(String function, List<String> calls) {
  /** Makes the list immutable. */
  public Place {
    calls = List.copyOf(calls);
  }

  @Override
  public String toString() {
    return "in function " + function + ", called by " + String.join(" > ", calls);
  }
}
