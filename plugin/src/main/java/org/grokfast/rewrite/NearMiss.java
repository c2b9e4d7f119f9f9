package org.grokfast.rewrite;

import java.util.Optional;
import org.grokfast.rewrite.coverage.Reason;

/**
 * A node that looks like an update but is not one that can be filtered.
 *
 * @param node the node's name; with the function's before it, {@code function/node}, where it is in
 *     one
 * @param rule the rule that examined it
 * @param reason why it does not match, and what would help
 * @param place the function that it is in; empty for the main graph
 */
public record NearMiss(String node, String rule, Reason reason, Optional<CallPath> place)
    implements Finding {

  /** A node of the main graph. */
  public NearMiss(String node, String rule, Reason reason) {
    this(node, rule, reason, Optional.empty());
  }

  /** The same where nothing in particular would help. */
  public NearMiss(String node, String rule, String why) {
    this(node, rule, Reason.of(why));
  }

  @Override
  public String anchor() {
    return place.map(path -> node.substring(path.function().length() + 1)).orElse(node);
  }

  @Override
  public NearMiss at(CallPath function) {
    return new NearMiss(function.function() + "/" + anchor(), rule, reason, Optional.of(function));
  }

  @Override
  public String toString() {
    return node + " (" + rule + "): " + reason;
  }
}
