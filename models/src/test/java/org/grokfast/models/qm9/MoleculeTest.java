package org.grokfast.models.qm9;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class MoleculeTest {
  private static final List<Element> WATER = List.of(Element.O, Element.H, Element.H);

  @Test
  void theFeaturesAreThoseOfTorchGeometric() {
    Molecule water = new Molecule(3, WATER, List.of(new Bond(0, 1, 1), new Bond(0, 2, 1)), 6.31);
    assertThat(water.features())
        .containsExactly(
            0, 0, 0, 1, 0, 8, 0, 0, 0, 0, 2, //
            1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, //
            1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0);
  }

  @Test
  void everyBondGoesBothWaysInTheOrderOfItsAtoms() {
    Molecule water = new Molecule(3, WATER, List.of(new Bond(2, 0, 1), new Bond(0, 1, 2)), 6.31);
    assertThat(water.directed())
        .containsExactly(
            new Bond(0, 1, 2), new Bond(0, 2, 1), new Bond(1, 0, 2), new Bond(2, 0, 1));
  }

  @Test
  void aMoleculeWithoutBondsIsAnError() {
    assertThatThrownBy(() -> new Molecule(7, WATER, List.of(), 1))
        .hasMessage(
            "gdb_7 has no bonds; expected at least one, since the model passes messages along"
                + " them");
  }

  @Test
  void bondsThatCantBeAreErrors() {
    assertThatThrownBy(() -> new Molecule(7, WATER, List.of(new Bond(0, 3, 1)), 1))
        .hasMessage("gdb_7 has a bond from atom 0 to 3; expected two different ones from 0 to 2");
    assertThatThrownBy(() -> new Molecule(7, WATER, List.of(new Bond(1, 1, 1)), 1))
        .hasMessageStartingWith("gdb_7 has a bond from atom 1 to 1");
    assertThatThrownBy(() -> new Molecule(7, WATER, List.of(new Bond(0, 1, 5)), 1))
        .hasMessage("gdb_7 has a bond of the order 5; expected 1, 2, 3 or 4 (aromatic)");
    assertThatThrownBy(() -> new Molecule(7, WATER, List.of(new Bond(0, 1, 1)), Double.NaN))
        .hasMessage("gdb_7 has the polarisability NaN");
  }

  @Test
  void madeUpMoleculesAreSaturated() {
    for (Molecule molecule : GeneratedMolecules.of(50, 4)) {
      long hydrogens = molecule.atoms().stream().filter(Element.H::equals).count();
      assertThat(molecule.bonds()).hasSize(molecule.atoms().size() - 1);
      double heavy = molecule.atoms().size() - hydrogens;
      assertThat(molecule.polarisability()).isEqualTo(9 * heavy + 3 * hydrogens);
    }
  }
}
