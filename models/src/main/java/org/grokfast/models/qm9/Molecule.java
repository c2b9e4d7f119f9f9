package org.grokfast.models.qm9;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.grokfast.models.TrainingException;

/**
 * A molecule with its hydrogens.
 *
 * @param number its number in the data set, from 1
 * @param atoms its atoms
 * @param bonds each bond once
 * @param polarisability the isotropic polarisability, in a₀³
 */
record Molecule(int number, List<Element> atoms, List<Bond> bonds, double polarisability) {
  /** What is known of an atom, see {@link #features()}. */
  static final int FEATURES = 11;

  private static final int ATOMIC_NUMBER = 5;
  private static final int HYDROGENS = 10;

  /**
   * Takes copies of the lists.
   *
   * @throws TrainingException if there is no bond, a bond is between atoms that don't exist or has
   *     an order that doesn't, or the polarisability is no number
   */
  Molecule {
    atoms = List.copyOf(atoms);
    bonds = List.copyOf(bonds);
    String name = name(number);
    if (bonds.isEmpty()) {
      throw new TrainingException(
          name
              + " has no bonds; expected at least one, since the model passes messages along them");
    }
    for (Bond bond : bonds) {
      int last = atoms.size() - 1;
      if (bond.from() == bond.to()
          || Math.min(bond.from(), bond.to()) < 0
          || Math.max(bond.from(), bond.to()) > last) {
        throw new TrainingException(
            String.format(
                Locale.ROOT,
                "%s has a bond from atom %d to %d; expected two different ones from 0 to %d",
                name,
                bond.from(),
                bond.to(),
                last));
      }
      if (bond.order() < 1 || bond.order() > Bond.ORDERS) {
        throw new TrainingException(
            name
                + " has a bond of the order "
                + bond.order()
                + "; expected 1, 2, 3 or 4 (aromatic)");
      }
    }
    if (!Double.isFinite(polarisability)) {
      throw new TrainingException(name + " has the polarisability " + polarisability);
    }
  }

  /** The name of a molecule in the data set: {@code gdb_1}. */
  static String name(int number) {
    return "gdb_" + number;
  }

  /** Each bond in both directions, ordered by where it comes from and goes to. */
  List<Bond> directed() {
    return bonds.stream()
        .flatMap(bond -> Stream.of(bond, bond.reversed()))
        .sorted(Comparator.comparingInt(Bond::from).thenComparingInt(Bond::to))
        .toList();
  }

  /**
   * The node features of torch_geometric's {@code QM9}, of shape [atoms, {@value #FEATURES}]: the
   * element one-hot, the atomic number, whether it is aromatic, sp, sp2, sp3, and the number of
   * hydrogens bound to it. The four in the middle are 0: torch_geometric reads the molecules
   * without letting RDKit perceive them (its issues 2163, 8370, 10560), and so the reference saw
   * none of them.
   */
  float[] features() {
    float[] values = new float[atoms.size() * FEATURES];
    for (int i = 0; i < atoms.size(); i++) {
      Element element = atoms.get(i);
      values[i * FEATURES + element.place()] = 1;
      values[i * FEATURES + ATOMIC_NUMBER] = element.atomicNumber();
    }
    for (Bond bond : directed()) {
      if (atoms.get(bond.from()) == Element.H) {
        values[bond.to() * FEATURES + HYDROGENS]++;
      }
    }
    return values;
  }
}
