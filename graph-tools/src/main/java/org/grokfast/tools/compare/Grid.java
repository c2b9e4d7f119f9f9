package org.grokfast.tools.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.grokfast.models.comparison.Arm;
import org.grokfast.models.comparison.ArmOptions;
import org.grokfast.models.task.TaskSpec;
import org.grokfast.tools.options.YamlFile;
import picocli.CommandLine.ParameterException;

/** Two options with values each, with all pairs of which every arm is trained. */
final class Grid {
  private final List<Axis> axes;
  private final RunArguments arguments;
  private final TrainOptions known;

  private Grid(List<Axis> axes, RunArguments arguments, TaskSpec kind) {
    this.axes = axes;
    this.arguments = arguments;
    this.known = new TrainOptions(kind);
  }

  /** An option and its values. */
  private record Axis(String key, List<String> values) {}

  /**
   * A grid from the command line.
   *
   * @param texts {@code KEY=V,V,...} twice, or none for no grid
   */
  static Grid of(List<String> texts, RunArguments arguments, TaskSpec kind) {
    if (texts.size() != 0 && texts.size() != 2) {
      throw arguments.wrong(
          "--grid is given twice, for the columns and the rows; was given "
              + (texts.size() == 1 ? "once" : texts.size() + " times"));
    }
    List<Axis> axes = new ArrayList<>();
    TrainOptions known = new TrainOptions(kind);
    for (String text : texts) {
      String key = RunArguments.key(text);
      if (known.find(key).isEmpty()) {
        throw arguments.wrong("--grid " + text + ": " + YamlFile.unknown(key, known.keys()));
      }
      List<String> values =
          key.length() == text.length()
              ? List.of()
              : List.of(text.substring(key.length() + 1).split(",", -1));
      if (values.isEmpty()
          || values.contains("")
          || values.stream().distinct().count() != values.size()) {
        throw arguments.wrong("--grid " + text + ": expected KEY=V,V,... with different values");
      }
      axes.add(new Axis(key, values));
    }
    if (axes.size() == 2 && axes.get(0).key().equals(axes.get(1).key())) {
      throw arguments.wrong("--grid is given twice for " + axes.get(0).key());
    }
    return new Grid(axes, arguments, kind);
  }

  /** The arms, or each of them in every cell. */
  List<Arm> expand(List<Arm> arms) {
    if (axes.isEmpty()) {
      return arms;
    }
    List<Arm> cells = new ArrayList<>();
    for (Arm arm : arms) {
      for (String column : axes.get(0).values()) {
        for (String row : axes.get(1).values()) {
          cells.add(cell(arm, column, row));
        }
      }
    }
    return cells;
  }

  private Arm cell(Arm arm, String column, String row) {
    String columnKey = axes.get(0).key();
    String rowKey = axes.get(1).key();
    ArmOptions options = arm.options().with(columnKey, List.of(column)).with(rowKey, List.of(row));
    String name = arm.name() + "@" + columnKey + "=" + column + "," + rowKey + "=" + row;
    Arm.Cell cell = new Arm.Cell(arm.name(), columnKey, column, rowKey, row);
    try {
      return known.arm(name, arm.about(), options, Optional.of(cell));
    } catch (ParameterException | IllegalArgumentException e) {
      throw arguments.wrong("--grid, arm '" + name + "': " + e.getMessage());
    }
  }
}
