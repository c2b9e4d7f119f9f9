package org.grokfast.rewrite;

import java.util.List;

/**
 * Where a site stands that is not in the main graph.
 *
 * @param function the function that holds it
 * @param calls the nodes through which the main graph reaches the function, outermost first; those
 *     in functions are spelled {@code function/node}
 */
public record CallPath(String function, List<String> calls) {
  /** Makes the list immutable. */
  public CallPath {
    calls = List.copyOf(calls);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("in function " + function + ", called by ");
    for (int i = 0; i < calls.size(); i++) {
      String call = calls.get(i);
      int slash = call.indexOf('/');
      // Of a node in a function the function comes last, so that lines can be broken between them.
      text.append(i == 0 ? "" : " > ")
          .append(
              i == 0 || slash < 0
                  ? call
                  : call.substring(slash + 1) + " of " + call.substring(0, slash));
    }
    return text.toString();
  }
}
