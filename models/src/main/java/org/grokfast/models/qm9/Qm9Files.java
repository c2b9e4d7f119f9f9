package org.grokfast.models.qm9;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.grokfast.models.TrainingException;
import org.grokfast.models.data.TextFile;

/** The first molecules of QM9, in whichever of its forms a folder holds them. */
final class Qm9Files {
  private static final String SDF = "gdb9\\.sdf(\\.gz)?";
  private static final String BONDS = ".*bonds\\.tsv(\\.gz)?";
  private static final String TABLES = ".*\\.csv(\\.gz)?";
  private static final String LEFT_OUT = "uncharacterized.txt";

  /** After a heading of nine lines: a number, and more; the last line counts the compounds. */
  private static final int HEADING = 9;

  private static final String ENTRY = "\\s*\\d{1,6}\\s+(?!compounds).*";

  private final Path folder;
  private final List<Path> files;

  Qm9Files(Path folder) {
    this.folder = folder;
    try (Stream<Path> entries = Files.list(folder)) {
      files = entries.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }

  /**
   * Reads molecules.
   *
   * @throws TrainingException if a file is missing or broken, or there are fewer of them
   */
  List<Molecule> first(int count) {
    List<Molecule> molecules = read(count);
    if (molecules.size() < count) {
      throw new TrainingException(
          "'"
              + folder
              + "' holds "
              + molecules.size()
              + " molecules whose polarisability is known; "
              + count
              + " were asked for");
    }
    return molecules;
  }

  private List<Molecule> read(int count) {
    Optional<Path> sdf = matching(SDF).findFirst();
    if (sdf.isPresent()) {
      return new SdfFile(sdf.get(), properties(), leftOut()).read(count);
    }
    if (matching(XyzFolder.PATTERN).findFirst().isPresent()) {
      return new XyzFolder(folder, leftOut()).read(count);
    }
    Path bonds =
        matching(BONDS)
            .findFirst()
            .orElseThrow(
                () ->
                    new TrainingException(
                        "'"
                            + folder
                            + "' holds no QM9; expected gdb9.sdf with gdb9.sdf.csv and"
                            + " uncharacterized.txt, or the files dsgdb9nsd_*.xyz with"
                            + " uncharacterized.txt, or a table *bonds.tsv.gz with tables *.csv.gz"));
    return new BondTable(bonds, properties()).read(count);
  }

  private Stream<Path> matching(String pattern) {
    return files.stream().filter(file -> file.getFileName().toString().matches(pattern));
  }

  private PropertyTable properties() {
    PropertyTable table = PropertyTable.read(matching(TABLES).toList());
    if (table.isEmpty()) {
      throw new TrainingException(
          "'"
              + folder
              + "' holds no table of polarisabilities; expected a CSV file with the columns mol_id"
              + " and alpha, such as gdb9.sdf.csv");
    }
    return table;
  }

  /** The molecules whose geometry failed QM9's own check, which the reference leaves out. */
  private Set<Integer> leftOut() {
    Path file = folder.resolve(LEFT_OUT);
    if (!Files.isRegularFile(file)) {
      throw new TrainingException(
          "'"
              + file
              + "' is missing; expected QM9's list of uncharacterized molecules, which are left"
              + " out. An empty file keeps all");
    }
    return TextFile.read(
        file,
        reader -> {
          Set<Integer> numbers = new HashSet<>();
          reader
              .lines()
              .skip(HEADING)
              .filter(line -> line.matches(ENTRY))
              .forEach(line -> numbers.add(Integer.valueOf(line.strip().split("\\s+", 2)[0])));
          return numbers;
        });
  }
}
