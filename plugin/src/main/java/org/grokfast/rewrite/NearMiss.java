package org.grokfast.rewrite;

/**
 * A node that looks like an update but is not one that can be filtered.
 *
 * @param node the node's name
 * @param rule the rule that examined it
 * @param reason why it does not match, and what would help
 */
public record NearMiss(String node, String rule, String reason) implements Finding {
  @Override
  public String toString() {
    return node + " (" + rule + "): " + reason;
  }
}
