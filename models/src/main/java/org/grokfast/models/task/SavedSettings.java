package org.grokfast.models.task;

import java.util.Map;
import java.util.function.Function;
import org.grokfast.models.TrainingException;

/** The settings of a task as a checkpoint holds them, {@link TaskModel#settings()}. */
public final class SavedSettings {
  private final Map<String, String> values;

  /** Takes a copy of the map. */
  public SavedSettings(Map<String, String> values) {
    this.values = Map.copyOf(values);
  }

  /** All of them. */
  public Map<String, String> toMap() {
    return values;
  }

  /**
   * A setting as it stands.
   *
   * @throws TrainingException if there is none of this name
   */
  public String text(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new TrainingException("the run's checkpoint does not say its setting " + name);
    }
    return value;
  }

  /**
   * A whole number that fits an int.
   *
   * @throws TrainingException if there is none of this name or it's no such number
   */
  public int integer(String name) {
    return parse(name, Integer::valueOf);
  }

  /**
   * A whole number that fits a long.
   *
   * @throws TrainingException if there is none of this name or it's no such number
   */
  public long integer64(String name) {
    return parse(name, Long::valueOf);
  }

  /**
   * A number.
   *
   * @throws TrainingException if there is none of this name or it's no number
   */
  public double real(String name) {
    return parse(name, Double::valueOf);
  }

  private <T> T parse(String name, Function<String, T> parser) {
    String value = text(name);
    try {
      return parser.apply(value);
    } catch (NumberFormatException e) {
      throw new TrainingException(
          "the run's checkpoint has '" + value + "' as its setting " + name + "; expected a number",
          e);
    }
  }
}
