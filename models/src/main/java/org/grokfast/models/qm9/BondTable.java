package org.grokfast.models.qm9;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.grokfast.models.TrainingException;
import org.grokfast.models.data.TextFile;

/**
 * Molecules from a table of bonds: a header, then in each line, between tabs, the molecule's name
 * ({@code gdb_3}), a letter for each atom ({@code OHH}), and each bond as {@code from-to:order}
 * ({@code 0-1:1 0-2:1}).
 */
final class BondTable {
  private static final String HEADER = "mol_id\tatoms\tbonds";
  private static final int CELLS = 3;

  private final Path file;
  private final PropertyTable properties;

  BondTable(Path file, PropertyTable properties) {
    this.file = file;
    this.properties = properties;
  }

  /** The first molecules of which the polarisability is known, at most {@code count}. */
  List<Molecule> read(int count) {
    return TextFile.read(file, reader -> read(reader, count));
  }

  private List<Molecule> read(BufferedReader reader, int count) throws IOException {
    List<Molecule> molecules = new ArrayList<>();
    if (!HEADER.equals(reader.readLine())) {
      throw broken(1, "expected the header mol_id, atoms, bonds");
    }
    int row = 1;
    for (String line = reader.readLine();
        line != null && molecules.size() < count;
        line = reader.readLine()) {
      row++;
      String[] cells = line.split("\t", -1);
      if (cells.length != CELLS || !cells[0].matches("gdb_\\d{1,9}")) {
        throw broken(row, "expected three cells, of which the first is gdb_1 or the like");
      }
      int number = Integer.parseInt(cells[0].substring("gdb_".length()));
      OptionalDouble polarisability = properties.polarisability(number);
      if (polarisability.isPresent()) {
        molecules.add(
            new Molecule(
                number, atoms(cells, row), bonds(cells[2], row), polarisability.getAsDouble()));
      }
    }
    return molecules;
  }

  private List<Element> atoms(String[] cells, int row) {
    return cells[1]
        .chars()
        .mapToObj(symbol -> Element.of(Character.toString(symbol), where(row) + cells[0]))
        .toList();
  }

  private List<Bond> bonds(String cell, int row) {
    List<Bond> bonds = new ArrayList<>();
    for (String text : cell.isBlank() ? new String[0] : cell.trim().split(" +", -1)) {
      String[] parts = text.split("[-:]", -1);
      if (!text.matches("\\d{1,4}-\\d{1,4}:\\d")) {
        throw broken(row, "has the bond '" + text + "', expected from-to:order");
      }
      bonds.add(
          new Bond(
              Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2])));
    }
    return bonds;
  }

  private TrainingException broken(int row, String what) {
    return new TrainingException(where(row) + what);
  }

  private String where(int row) {
    return "'" + file + "', line " + row + ": ";
  }
}
