package org.grokfast.models.qm9;

import org.grokfast.models.TrainingException;

/** The elements of QM9, in the order of the one-hot features of torch_geometric. */
enum Element {
  H(0, 1),
  C(1, 6),
  N(2, 7),
  O(3, 8),
  F(4, 9);

  private final int place;
  private final int atomicNumber;

  Element(int place, int atomicNumber) {
    this.place = place;
    this.atomicNumber = atomicNumber;
  }

  /** The place of the one in the one-hot features. */
  int place() {
    return place;
  }

  int atomicNumber() {
    return atomicNumber;
  }

  /**
   * The element of a symbol.
   *
   * @param where the molecule and the file, for the message
   * @throws TrainingException if QM9 has no such element
   */
  static Element of(String symbol, String where) {
    for (Element element : values()) {
      if (element.name().equals(symbol)) {
        return element;
      }
    }
    throw new TrainingException(
        where + " has an atom of the unknown element '" + symbol + "'; expected H, C, N, O or F");
  }
}
