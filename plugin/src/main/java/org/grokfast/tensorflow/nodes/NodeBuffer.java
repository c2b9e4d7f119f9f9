package org.grokfast.tensorflow.nodes;

import org.tensorflow.proto.NodeDef;

/** Nodes that are added one by one and take no more than their bytes. Not thread-safe. */
public final class NodeBuffer {
  // What was a message is no deeper than whoever read or built it allowed.
  private final PackedNodes.Builder nodes = new PackedNodes.Builder(new byte[0], Integer.MAX_VALUE);

  /** Adds a node. */
  public void add(NodeDef node) {
    nodes.append(node);
  }

  /** The nodes so far. */
  public NodeList list() {
    return nodes.build();
  }
}
