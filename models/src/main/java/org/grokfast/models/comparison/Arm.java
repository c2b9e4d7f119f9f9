package org.grokfast.models.comparison;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.grokfast.models.task.TrainingOptions;

/**
 * One of the settings that are compared.
 *
 * @param name the name in tables and of its folder: letters, digits and {@code . _ = @ + , -}
 * @param about what it is, in a line; may be empty
 * @param options the options of {@code train} that it sets
 * @param settings what these options come to
 * @param cell its place in a grid
 */
public record Arm(
    String name, String about, ArmOptions options, TrainingOptions settings, Optional<Cell> cell) {

  /** Options that say how far a run goes, not where: a run may be continued with others. */
  private static final Set<String> LIMITS = Set.of("steps", "sustain", "full", "checkpoint-every");

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._=@+,-]{0,99}");

  /**
   * A place in a grid.
   *
   * @param arm the name of the arm of which this is a variant
   * @param columnKey the option along the first axis
   * @param column its value, as given
   * @param rowKey the option along the second axis
   * @param row its value, as given
   */
  public record Cell(String arm, String columnKey, String column, String rowKey, String row) {
    /** Whether this is the same place, for whatever arm. */
    public boolean isAt(Cell other) {
      return column.equals(other.column) && row.equals(other.row);
    }
  }

  /**
   * @throws IllegalArgumentException if the name can't be that of a folder
   */
  public Arm {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "the name of an arm must be 1 to 100 letters, digits or . _ = @ + , - and begin with a"
              + " letter or digit, was '"
              + name
              + "'");
    }
  }

  /**
   * The name of the folder of its runs. It differs for settings that lead to different runs, and is
   * the same if only the limits of the runs differ.
   */
  public String folder() {
    SortedMap<String, String> determining = new TreeMap<>(settings.trajectory());
    determining.remove("seed");
    options
        .without(LIMITS)
        .values()
        .forEach((key, values) -> determining.putIfAbsent(key, String.join("\n", values)));
    return name + "-" + digest(determining.toString());
  }

  private static String digest(String text) {
    CRC32 sum = new CRC32();
    sum.update(text.getBytes(StandardCharsets.UTF_8));
    return String.format(Locale.ROOT, "%08x", sum.getValue());
  }
}
