package org.grokfast.models.qm9;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.grokfast.models.TrainingException;
import org.grokfast.models.data.TextFile;

/**
 * Molecules of the files {@code dsgdb9nsd_000001.xyz} and so on, as they were published
 * (Ramakrishnan et al., Sci. Data 1, 140022, 2014): the number of atoms; {@code gdb}, the number
 * and the properties; an atom a line; the frequencies; the SMILES; the InChI. They have no bonds,
 * so these are the SMILES's.
 */
final class XyzFolder {
  static final String PATTERN = "dsgdb9nsd_\\d{6}\\.xyz(\\.gz)?";

  /** In the line of properties: {@code gdb}, number, A, B, C, dipole moment, polarisability. */
  private static final int POLARISABILITY = 6;

  private final Path folder;
  private final Set<Integer> leftOut;

  /**
   * A folder.
   *
   * @param leftOut the numbers of the molecules that don't count
   */
  XyzFolder(Path folder, Set<Integer> leftOut) {
    this.folder = folder;
    this.leftOut = Set.copyOf(leftOut);
  }

  /** The first molecules that aren't left out, at most {@code count}. */
  List<Molecule> read(int count) {
    List<Molecule> molecules = new ArrayList<>();
    for (Path file : files()) {
      if (molecules.size() == count) {
        break;
      }
      String name = file.getFileName().toString();
      int number = Integer.parseInt(name.substring(name.indexOf('_') + 1, name.indexOf('.')));
      if (!leftOut.contains(number)) {
        molecules.add(TextFile.read(file, reader -> molecule(file, number, reader)));
      }
    }
    return molecules;
  }

  private List<Path> files() {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(path -> path.getFileName().toString().matches(PATTERN))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }

  private static Molecule molecule(Path file, int number, BufferedReader reader)
      throws IOException {
    List<String> lines = reader.lines().toList();
    String where = "'" + file + "'";
    try {
      int count = Integer.parseInt(lines.get(0).strip());
      String[] properties = lines.get(1).strip().split("\\s+", -1);
      if (!properties[0].equals("gdb") || Integer.parseInt(properties[1]) != number) {
        throw new TrainingException(
            where
                + " is of the molecule '"
                + properties[0]
                + " "
                + properties[1]
                + "', expected"
                + " gdb "
                + number
                + "; it was renamed");
      }
      List<Element> atoms = new ArrayList<>();
      for (String line : lines.subList(2, 2 + count)) {
        atoms.add(Element.of(line.strip().split("\\s+", -1)[0], where));
      }
      // One line for the frequencies is between the atoms and the SMILES.
      String smiles = lines.get(count + 3).strip().split("\\s+", -1)[0];
      Molecule molecule =
          Smiles.molecule(smiles, number, Double.parseDouble(properties[POLARISABILITY]), where);
      if (!molecule.atoms().stream().sorted().toList().equals(atoms.stream().sorted().toList())) {
        throw new TrainingException(
            where + " has other atoms than its SMILES " + smiles + "; expected the same");
      }
      return molecule;
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw new TrainingException(
          where
              + " is no whole QM9 file; expected the number of atoms, properties, atoms, frequencies"
              + " and SMILES. Fetch it again",
          e);
    }
  }
}
