package org.grokfast.models.qm9;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.grokfast.models.data.Payload;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small molecules in each form of the data set, and what can be wrong with them. */
class Qm9FilesTest {
  private static final String BONDS =
      """
      mol_id\tatoms\tbonds
      gdb_2\tNHHH\t0-1:1 0-2:1 0-3:1
      gdb_4\tCCHH\t0-1:3 0-2:1 1-3:1
      gdb_5\tCNH\t0-1:3 0-2:1
      """;
  private static final String TABLE =
      """
      mol_id,smiles,mu,alpha,uncharacterized
      gdb_2,N,1.6256,9.46,0
      gdb_4,C#C,0,16.28,0
      gdb_5,C#N,2.8937,12.99,0
      """;
  private static final String ACETYLENE =
      """
      gdb_4
       -OEChem-03231823253D

        4  3  0     0  0  0  0  0  0999 V2000
          0.5995    0.0000    1.0000 C   0  0  0  0  0  0  0  0  0  0  0  0
         -0.5995    0.0000    1.0000 C   0  0  0  0  0  0  0  0  0  0  0  0
         -1.6616    0.0000    1.0000 H   0  0  0  0  0  0  0  0  0  0  0  0
          1.6616    0.0000    1.0000 H   0  0  0  0  0  0  0  0  0  0  0  0
        1  2  3  0  0  0  0
        1  4  1  0  0  0  0
        2  3  1  0  0  0  0
      M  END
      $$$$
      """;
  private static final String HYDROGEN_CYANIDE =
      """
      3
      gdb 5\t160.28041\t44.593883\t44.593883\t2.8937\t12.99\t-0.3604\t0.0191\t0.3796\t48.7476\t0.016601
      C\t-0.0133239314\t 1.1324657151\t 0.0082758861\t-0.107475
      N\t 0.0023107523\t-0.0191590673\t 0.0019287049\t-0.222466
      H\t-0.0278026991\t 2.1989491800\t 1.4*^-6\t 0.329941
      799.0101\t799.0101\t2198.4393
      C#N\tC#N
      InChI=1S/CHN/c1-2/h1H\tInChI=1S/CHN/c1-2/h1H
      """;

  /** A heading of nine lines, the molecules, and how many there are. */
  private static final String LEFT_OUT =
      "heading\n".repeat(9) + "     4  C#C  C=C   0.1\n\n3054 compounds\n";

  @TempDir Path folder;
  private Qm9Files files;

  @BeforeEach
  void tables() throws IOException {
    write("x-bonds.tsv", BONDS);
    write("x.csv", TABLE);
  }

  private void write(String name, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Files.write(folder.resolve(name), name.endsWith(".gz") ? Payload.gzip(bytes) : bytes);
    files = new Qm9Files(folder);
  }

  private void onlySdf(String text) throws IOException {
    Files.delete(folder.resolve("x-bonds.tsv"));
    write("gdb9.sdf", text);
    write("uncharacterized.txt", "");
  }

  private static Molecule acetylene() {
    return new Molecule(
        4,
        List.of(Element.C, Element.C, Element.H, Element.H),
        List.of(new Bond(0, 1, 3), new Bond(0, 2, 1), new Bond(1, 3, 1)),
        16.28);
  }

  @Test
  void tablesArePlainOrCompressedAndOthersArePassedOver() throws IOException {
    Files.delete(folder.resolve("x-bonds.tsv"));
    Files.delete(folder.resolve("x.csv"));
    write("x-bonds.tsv.gz", BONDS);
    write("x.csv.gz", TABLE);
    write("other.csv", "mol_id,homo\ngdb_2,-0.257\n");
    List<Molecule> molecules = files.first(2);
    assertThat(molecules.get(0).atoms())
        .containsExactly(Element.N, Element.H, Element.H, Element.H);
    assertThat(molecules.get(1)).isEqualTo(acetylene());
  }

  @Test
  void uncharacterizedMoleculesAndThoseWithoutPolarisabilityAreLeftOut() throws IOException {
    write("x.csv", TABLE.replace("16.28,0", "16.28,1").replace("gdb_2,N", "gdb_9,N"));
    assertThat(files.first(1)).extracting(Molecule::number).containsExactly(5);
    assertThatThrownBy(() -> files.first(2))
        .hasMessage(
            "'" + folder + "' holds 1 molecules whose polarisability is known; 2 were asked for");
  }

  @Test
  void anSdfGivesTheSameMolecule() throws IOException {
    onlySdf(ACETYLENE);
    Molecule read = files.first(1).get(0);
    assertThat(read.atoms()).isEqualTo(acetylene().atoms());
    assertThat(read.bonds())
        .containsExactly(new Bond(0, 1, 3), new Bond(0, 3, 1), new Bond(1, 2, 1));
    assertThat(read.polarisability()).isEqualTo(16.28);
  }

  @Test
  void theListOfUncharacterizedMoleculesIsNeededAndHeeded() throws IOException {
    onlySdf(ACETYLENE + ACETYLENE.replace("gdb_4", "gdb_5"));
    write("uncharacterized.txt", LEFT_OUT);
    assertThat(files.first(1)).extracting(Molecule::number).containsExactly(5);
    Files.delete(folder.resolve("uncharacterized.txt"));
    assertThatThrownBy(() -> files.first(1))
        .hasMessage(
            "'"
                + folder.resolve("uncharacterized.txt")
                + "' is missing; expected QM9's list of uncharacterized molecules, which are left"
                + " out. An empty file keeps all");
  }

  @Test
  void anSdfThatWasCutOffOrIsNoneIsAnError() throws IOException {
    onlySdf(ACETYLENE.substring(0, ACETYLENE.indexOf("M  END")));
    assertThatThrownBy(() -> files.first(1))
        .hasMessageEndingWith(
            "molecule gdb_4: it ends without $$$$: the file was cut off. Fetch it again");
    write("gdb9.sdf", ACETYLENE.replace("  1  2  3", "  1  x  3"));
    assertThatThrownBy(() -> files.first(1))
        .hasMessageContaining("molecule gdb_4: it is no V2000 record");
    write("gdb9.sdf", ACETYLENE.replace("gdb_4", "benzene"));
    assertThatThrownBy(() -> files.first(1)).hasMessageContaining("expected gdb_1 or the like");
    write("gdb9.sdf", ACETYLENE.replace("gdb_4", "gdb_77"));
    assertThatThrownBy(() -> files.first(1))
        .hasMessageContaining("gdb_77: it has no polarisability in the table beside the file");
  }

  @Test
  void unknownElementsAreErrorsInEveryForm() throws IOException {
    write("x-bonds.tsv", BONDS.replace("CCHH", "CSHH"));
    assertThatThrownBy(() -> files.first(2))
        .hasMessageContaining("line 3: gdb_4 has an atom of the unknown element 'S'")
        .hasMessageEndingWith("expected H, C, N, O or F");
    onlySdf(ACETYLENE.replace("1.0000 H ", "1.0000 Cl"));
    assertThatThrownBy(() -> files.first(1)).hasMessageContaining("unknown element 'Cl'");
    Files.delete(folder.resolve("gdb9.sdf"));
    write("dsgdb9nsd_000005.xyz", HYDROGEN_CYANIDE.replace("N\t 0", "P\t 0"));
    assertThatThrownBy(() -> files.first(1)).hasMessageContaining("unknown element 'P'");
  }

  @Test
  void moleculesWithoutBondsAreErrorsInEveryForm() throws IOException {
    write("x-bonds.tsv", BONDS.replace("0-1:1 0-2:1 0-3:1", ""));
    assertThatThrownBy(() -> files.first(1)).hasMessageStartingWith("gdb_2 has no bonds");
    String withoutBonds =
        ACETYLENE.replace("  4  3  0", "  4  0  0").replaceAll("(?m)^  [12]  \\d  \\d.*\n", "");
    onlySdf(withoutBonds);
    assertThatThrownBy(() -> files.first(1)).hasMessageStartingWith("gdb_4 has no bonds");
  }

  @Test
  void aPublishedFileTakesItsBondsFromTheSmiles() throws IOException {
    write("dsgdb9nsd_000005.xyz", HYDROGEN_CYANIDE);
    write("uncharacterized.txt", LEFT_OUT);
    Molecule read = files.first(1).get(0);
    assertThat(read.number()).isEqualTo(5);
    assertThat(read.polarisability()).isEqualTo(12.99);
    assertThat(read.atoms()).containsExactly(Element.C, Element.N, Element.H);
    assertThat(read.bonds()).containsExactly(new Bond(0, 1, 3), new Bond(0, 2, 1));
  }

  @Test
  void aPublishedFileThatIsBrokenIsAnError() throws IOException {
    write("uncharacterized.txt", "");
    String name = "dsgdb9nsd_000005.xyz";
    write(name, HYDROGEN_CYANIDE.substring(0, HYDROGEN_CYANIDE.indexOf("799")));
    assertThatThrownBy(() -> files.first(1)).hasMessageContaining(name + "' is no whole QM9 file");
    write(name, HYDROGEN_CYANIDE.replace("gdb 5", "gdb 6"));
    assertThatThrownBy(() -> files.first(1))
        .hasMessageContaining("is of the molecule 'gdb 6', expected gdb 5; it was renamed");
    write(name, HYDROGEN_CYANIDE.replace("C#N\tC#N", "C#C\tC#C"));
    assertThatThrownBy(() -> files.first(1))
        .hasMessageContaining("has other atoms than its SMILES C#C");
    write(name, HYDROGEN_CYANIDE.replace("C#N\tC#N", "C1#N\tC#N"));
    assertThatThrownBy(() -> files.first(1))
        .hasMessageContaining("has the SMILES 'C1#N', which can't be read");
  }

  @Test
  void brokenTablesAreErrorsWithTheLine() throws IOException {
    write("x-bonds.tsv", BONDS.replace("0-1:3 0-2:1 1-3:1", "0-1:3 0=2"));
    assertThatThrownBy(() -> files.first(2))
        .hasMessageContaining("line 3: has the bond '0=2', expected from-to:order");
    write("x-bonds.tsv", "id\n");
    assertThatThrownBy(() -> files.first(2)).hasMessageContaining("line 1: expected the header");
    write("x-bonds.tsv", BONDS.replace("gdb_4\tCCHH\t", "gdb_4 CCHH "));
    assertThatThrownBy(() -> files.first(2)).hasMessageContaining("line 3: expected three cells");
    write("x.csv", TABLE.replace("16.28", "16.28.1"));
    assertThatThrownBy(() -> files.first(1))
        .hasMessageContaining(
            "x.csv', row 2: it has the id 'gdb_4' and the polarisability '16.28.1'");
    write("x.csv", TABLE.replace("gdb_4,C#C,0", "gdb_4,C#C"));
    assertThatThrownBy(() -> files.first(1))
        .hasMessageContaining("row 2: it has 4 cells, other than the header");
    write("x.csv", "mol_id,homo\n");
    assertThatThrownBy(() -> files.first(1)).hasMessageContaining("no table of polarisabilities");
  }

  @Test
  void aCompressedTableThatWasCutOffIsAnError() throws IOException {
    Files.delete(folder.resolve("x-bonds.tsv"));
    byte[] zip = Payload.gzip(BONDS.getBytes(StandardCharsets.UTF_8));
    Files.write(folder.resolve("x-bonds.tsv.gz"), Arrays.copyOf(zip, zip.length - 20));
    assertThatThrownBy(() -> new Qm9Files(folder).first(3))
        .hasMessageEndingWith("ends amid the compressed data: it was cut off. Fetch it again");
  }

  @Test
  void aFolderWithoutTheDataIsAnErrorThatListsTheForms() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> new Qm9Files(empty).first(1))
        .hasMessageStartingWith("'" + empty + "' holds no QM9; expected gdb9.sdf")
        .hasMessageContaining("dsgdb9nsd_*.xyz")
        .hasMessageContaining("*bonds.tsv.gz");
  }

  /** The graph that a SMILES gives is the one that the table of bonds holds, by another toolkit. */
  @Test
  void theSmilesOfTheFirstMoleculesGiveTheBondsOfTheTable() {
    Path shared = SharedQm9.folder();
    assumeTrue(Files.isDirectory(shared), "no folder " + shared);
    List<Molecule> table = new Qm9Files(shared).first(100);
    assertThat(table.get(99).number()).isEqualTo(103);
    List<String> different = new ArrayList<>();
    for (Molecule molecule : table) {
      String smiles = SharedQm9.smiles(molecule.number());
      Molecule read = Smiles.molecule(smiles, molecule.number(), 1, smiles);
      if (!sketch(read).equals(sketch(molecule))) {
        different.add(smiles);
      }
    }
    assertThat(different).isEmpty();
  }

  /** What doesn't depend on the numbering: each atom with the bonds at it, sorted. */
  private static List<String> sketch(Molecule molecule) {
    List<String> atoms = new ArrayList<>();
    for (int i = 0; i < molecule.atoms().size(); i++) {
      int atom = i;
      List<String> bonds =
          molecule.directed().stream()
              .filter(bond -> bond.from() == atom)
              .map(bond -> bond.order() + molecule.atoms().get(bond.to()).name())
              .sorted()
              .toList();
      atoms.add(molecule.atoms().get(i) + " " + bonds);
    }
    return atoms.stream().sorted().toList();
  }
}
