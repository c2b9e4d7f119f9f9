package org.grokfast.models.qm9;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import org.grokfast.models.TrainingException;
import org.grokfast.models.data.TextFile;

/**
 * Molecules of {@code gdb9.sdf}: MDL's format V2000 (CTFile formats, BIOVIA 2020), of which the
 * title, the atoms' elements and the bonds are read. The columns are fixed, so that numbers may
 * touch.
 */
final class SdfFile {
  private static final String END = "$$$$";

  private final Path file;
  private final PropertyTable properties;
  private final Set<Integer> leftOut;

  /**
   * A file.
   *
   * @param leftOut the numbers of the molecules that don't count
   */
  SdfFile(Path file, PropertyTable properties, Set<Integer> leftOut) {
    this.file = file;
    this.properties = properties;
    this.leftOut = Set.copyOf(leftOut);
  }

  /** The first molecules that aren't left out, at most {@code count}. */
  List<Molecule> read(int count) {
    return TextFile.read(file, reader -> read(reader, count));
  }

  private List<Molecule> read(BufferedReader reader, int count) throws IOException {
    List<Molecule> molecules = new ArrayList<>();
    for (List<String> record = record(reader);
        !record.isEmpty() && molecules.size() < count;
        record = record(reader)) {
      int number = number(record.get(0));
      if (!leftOut.contains(number)) {
        molecules.add(molecule(number, record));
      }
    }
    return molecules;
  }

  /** The lines to the next separator; none at the end of the file. */
  private List<String> record(BufferedReader reader) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      if (line.startsWith(END)) {
        return lines;
      }
      lines.add(line);
    }
    if (lines.stream().anyMatch(line -> !line.isBlank())) {
      throw new TrainingException(
          where(lines.get(0)) + "ends without " + END + ": the file was cut off. Fetch it again");
    }
    return List.of();
  }

  private int number(String title) {
    if (!title.strip().matches("gdb_\\d{1,9}")) {
      throw new TrainingException(where(title) + "has that title; expected gdb_1 or the like");
    }
    return Integer.parseInt(title.strip().substring("gdb_".length()));
  }

  private Molecule molecule(int number, List<String> record) {
    String where = where(record.get(0));
    OptionalDouble polarisability = properties.polarisability(number);
    if (polarisability.isEmpty()) {
      throw new TrainingException(where + "has no polarisability in the table beside the file");
    }
    try {
      String counts = record.get(3);
      int atomCount = column(counts, 0);
      int bondCount = column(counts, 3);
      List<Element> atoms = new ArrayList<>();
      for (String line : record.subList(4, 4 + atomCount)) {
        atoms.add(Element.of(line.substring(31, 34).strip(), where.strip()));
      }
      List<Bond> bonds = new ArrayList<>();
      for (String line : record.subList(4 + atomCount, 4 + atomCount + bondCount)) {
        bonds.add(new Bond(column(line, 0) - 1, column(line, 3) - 1, column(line, 6)));
      }
      return new Molecule(number, atoms, bonds, polarisability.getAsDouble());
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw new TrainingException(
          where + "is no V2000 record; expected counts, atoms and bonds in fixed columns", e);
    }
  }

  private static int column(String line, int start) {
    return Integer.parseInt(line.substring(start, start + 3).strip());
  }

  private String where(String title) {
    return "'" + file + "', molecule " + title.strip() + ": it ";
  }
}
