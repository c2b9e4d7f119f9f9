package org.grokfast.tensorflow.nodes;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Finds nodes by name, in ten to twenty bytes a node. A hash table with open addressing that holds
 * numbers and eight bits of the hash; the names are looked up in the nodes, mostly only the one
 * that is sought. The hash differs from table to table, so that no file can be made whose names all
 * meet.
 */
public final class NameIndex {
  /** What is found where there is nothing. */
  public static final int NONE = -1;

  private final NodeList nodes;
  private final int[] table;
  private final byte[] bits;
  private final int seed = new SplittableRandom().nextInt();

  /** An index that holds none of these nodes yet. */
  public NameIndex(NodeList nodes) {
    this.nodes = nodes;
    int least = Math.max(2, nodes.size());
    this.table = new int[Integer.highestOneBit(Math.min(least, 1 << 28) - 1) << 2];
    this.bits = new byte[table.length];
    Arrays.fill(table, NONE);
  }

  /**
   * Adds a node.
   *
   * @return the number of a node that was added before and has the same name, in which case this
   *     one is not added; {@link #NONE} otherwise
   */
  public int add(int index) {
    String name = nodes.name(index);
    int hash = hash(name);
    int slot = slot(hash, name);
    int other = table[slot];
    if (other == NONE) {
      table[slot] = index;
      bits[slot] = bits(hash);
    }
    return other;
  }

  /** The number of the node with a name; {@link #NONE} if none was added. */
  public int find(String name) {
    return table[slot(hash(name), name)];
  }

  /** Where a name is, or would be added. */
  private int slot(int hash, String name) {
    int slot = hash & (table.length - 1);
    byte sought = bits(hash);
    while (table[slot] != NONE && !(bits[slot] == sought && nodes.isNamed(table[slot], name))) {
      slot = (slot + 1) & (table.length - 1);
    }
    return slot;
  }

  /** The bits that the slot of a hash depends on least. */
  private static byte bits(int hash) {
    return (byte) (hash >>> 24);
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
