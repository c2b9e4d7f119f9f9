package org.grokfast.tensorflow.nodes;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Finds nodes by name, in eight to sixteen bytes a node. A hash table with open addressing that
 * holds numbers only; the names are looked up in the nodes. The hash differs from table to table,
 * so that no file can be made whose names all meet.
 */
public final class NameIndex {
  /** What is found where there is nothing. */
  public static final int NONE = -1;

  private final NodeList nodes;
  private final int[] table;
  private final int seed = new SplittableRandom().nextInt();

  /** An index that holds none of these nodes yet. */
  public NameIndex(NodeList nodes) {
    this.nodes = nodes;
    int least = Math.max(2, nodes.size());
    this.table = new int[Integer.highestOneBit(Math.min(least, 1 << 28) - 1) << 2];
    Arrays.fill(table, NONE);
  }

  /**
   * Adds a node.
   *
   * @return the number of a node that was added before and has the same name, in which case this
   *     one is not added; {@link #NONE} otherwise
   */
  public int add(int index) {
    int slot = slot(nodes.name(index));
    int other = table[slot];
    if (other == NONE) {
      table[slot] = index;
    }
    return other;
  }

  /** The number of the node with a name; {@link #NONE} if none was added. */
  public int find(String name) {
    return table[slot(name)];
  }

  /** Where a name is, or would be added. */
  private int slot(String name) {
    int slot = hash(name) & (table.length - 1);
    while (table[slot] != NONE && !nodes.isNamed(table[slot], name)) {
      slot = (slot + 1) & (table.length - 1);
    }
    return slot;
  }

  private int hash(String name) {
    int hash = seed;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x9E3779B1;
      hash ^= hash >>> 15;
    }
    return hash;
  }
}
