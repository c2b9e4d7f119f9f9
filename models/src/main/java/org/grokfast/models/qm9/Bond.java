package org.grokfast.models.qm9;

/**
 * A bond.
 *
 * @param from an atom, from 0
 * @param to another one
 * @param order 1, 2, 3, or {@value #AROMATIC} for an aromatic bond
 */
record Bond(int from, int to, int order) {
  /** The order of an aromatic bond, as in MDL's format. */
  static final int AROMATIC = 4;

  /** The number of orders. */
  static final int ORDERS = 4;

  /** The bond seen from the other end. */
  Bond reversed() {
    return new Bond(to, from, order);
  }
}
