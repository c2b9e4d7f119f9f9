package org.grokfast.models.qm9;

import java.util.ArrayList;
import java.util.List;
import org.grokfast.models.random.TorchRandom;

/**
 * Made-up molecules: chains of random atoms, filled up with hydrogens, whose polarisability is the
 * sum of a constant for each atom. No chemistry, but something that can be learned.
 */
final class GeneratedMolecules {
  private static final int LONGEST_CHAIN = 5;
  private static final List<Element> CHAIN = List.of(Element.C, Element.N, Element.O);
  private static final int HYDROGEN = 3;
  private static final int OTHER = 9;

  private GeneratedMolecules() {}

  static List<Molecule> of(int count, long seed) {
    TorchRandom random = new TorchRandom(seed);
    List<Molecule> molecules = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      molecules.add(chain(i + 1, random));
    }
    return molecules;
  }

  private static Molecule chain(int number, TorchRandom random) {
    int length = 1 + index(random, LONGEST_CHAIN);
    List<Element> atoms = new ArrayList<>();
    List<Bond> bonds = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      // C, N, O have 4, 3, 2 places.
      atoms.add(CHAIN.get(index(random, CHAIN.size())));
      if (i > 0) {
        bonds.add(new Bond(i - 1, i, 1));
      }
    }
    for (int i = 0; i < length; i++) {
      int taken = (i > 0 ? 1 : 0) + (i < length - 1 ? 1 : 0);
      for (int free = 4 - CHAIN.indexOf(atoms.get(i)) - taken; free > 0; free--) {
        bonds.add(new Bond(i, atoms.size(), 1));
        atoms.add(Element.H);
      }
    }
    int polarisability =
        atoms.stream().mapToInt(atom -> atom == Element.H ? HYDROGEN : OTHER).sum();
    return new Molecule(number, atoms, bonds, polarisability);
  }

  private static int index(TorchRandom random, int size) {
    return (int) (random.seed() % size);
  }
}
