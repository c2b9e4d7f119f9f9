package org.grokfast.models.qm9;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.grokfast.models.TrainingException;
import org.grokfast.models.data.TextFile;

/**
 * The polarisabilities of molecules, from tables with the columns {@code mol_id} ({@code gdb_1})
 * and {@code alpha}, such as {@code gdb9.sdf.csv}. Where a table has a column {@code
 * uncharacterized}, the molecules with a 1 in it are left out.
 */
final class PropertyTable {
  private static final String ID = "mol_id";
  private static final String ALPHA = "alpha";
  private static final String UNCHARACTERIZED = "uncharacterized";
  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();

  private final Map<Integer, Double> values = new HashMap<>();
  private final Set<Integer> leftOut = new HashSet<>();

  private PropertyTable() {}

  /**
   * Reads tables. One without the columns is passed over, as it has other properties.
   *
   * @throws TrainingException if a row is broken; the message has its number
   */
  static PropertyTable read(List<Path> files) {
    PropertyTable table = new PropertyTable();
    for (Path file : files) {
      TextFile.read(
          file,
          reader -> {
            try (CSVParser parser = CSVParser.parse(reader, FORMAT)) {
              if (parser.getHeaderNames().containsAll(List.of(ID, ALPHA))) {
                for (CSVRecord row : parser) {
                  table.add(row, file);
                }
              }
            }
            return null;
          });
    }
    table.values.keySet().removeAll(table.leftOut);
    return table;
  }

  private void add(CSVRecord row, Path file) {
    if (!row.isConsistent()) {
      throw broken(row, file, "has " + row.size() + " cells, other than the header");
    }
    String id = row.get(ID);
    try {
      int number = Integer.parseInt(id.substring(id.indexOf('_') + 1));
      values.put(number, Double.valueOf(row.get(ALPHA)));
      if (row.isMapped(UNCHARACTERIZED) && row.get(UNCHARACTERIZED).equals("1")) {
        leftOut.add(number);
      }
    } catch (NumberFormatException e) {
      throw broken(
          row,
          file,
          "has the id '"
              + id
              + "' and the polarisability '"
              + row.get(ALPHA)
              + "', expected gdb_1"
              + " and 13.21 or the like");
    }
  }

  private static TrainingException broken(CSVRecord row, Path file, String what) {
    return new TrainingException("'" + file + "', row " + row.getRecordNumber() + ": it " + what);
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  /** The polarisability of a molecule, if it's in a table and isn't left out. */
  OptionalDouble polarisability(int number) {
    Double value = values.get(number);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
