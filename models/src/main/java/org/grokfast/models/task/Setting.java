package org.grokfast.models.task;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Something about a task that its user may choose. The command line has an option {@code --name}
 * for it.
 *
 * @param name lower-case words with dashes between them
 * @param type Integer, Double, String, Path, or Boolean for what is off unless it's set
 * @param label what stands for a value in the help; empty for a Boolean
 * @param defaultValue what it is if it isn't set; may be empty for a path or text
 * @param range the numbers that it may be, where that depends on nothing else
 * @param help what it is, without a full stop
 * @param defaultText what the help says of its default
 */
public record Setting<T>(
    String name,
    Class<T> type,
    String label,
    Optional<T> defaultValue,
    Optional<Range> range,
    String help,
    String defaultText) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

  /**
   * @throws IllegalArgumentException if the name isn't one, or the default is outside the range
   */
  public Setting {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "the name of a setting must be lower-case words with dashes between them, was '"
              + name
              + "'");
    }
    if (range.isPresent() && !Number.class.isAssignableFrom(type)) {
      throw new IllegalArgumentException("the setting " + name + " is no number but has a range");
    }
    T standard = defaultValue.orElse(null);
    if (standard != null) {
      require(name, range, standard);
    }
  }

  /** A whole number. */
  public static Setting<Integer> integer(String name, String label, int standard, String help) {
    return with(Integer.class, name, label, standard, help);
  }

  /** A real number. */
  public static Setting<Double> real(String name, String label, double standard, String help) {
    return with(Double.class, name, label, standard, help);
  }

  /** A text. */
  public static Setting<String> text(String name, String label, String standard, String help) {
    return with(String.class, name, label, standard, help);
  }

  /** A file or folder; {@code otherwise} says what is done if none is given. */
  public static Setting<Path> path(String name, String label, String help, String otherwise) {
    return new Setting<>(
        name, Path.class, label, Optional.empty(), Optional.empty(), help, ": " + otherwise);
  }

  /** Something that is done only if it's asked for. */
  public static Setting<Boolean> flag(String name, String help) {
    return new Setting<>(
        name, Boolean.class, "", Optional.of(false), Optional.empty(), help, ": no");
  }

  private static <T> Setting<T> with(
      Class<T> type, String name, String label, T standard, String help) {
    return new Setting<>(
        name, type, label, Optional.of(standard), Optional.empty(), help, " " + standard);
  }

  /** This setting, whose values must be in a range. */
  public Setting<T> in(Range values) {
    return new Setting<>(name, type, label, defaultValue, Optional.of(values), help, defaultText);
  }

  /** The name in a message: {@code initial scale}. */
  public String words() {
    return name.replace('-', ' ');
  }

  /**
   * Checks a value.
   *
   * @throws IllegalArgumentException if it is outside the range
   */
  void require(T value) {
    require(name, range, value);
  }

  private static void require(String name, Optional<Range> range, Object value) {
    range
        .filter(values -> !values.contains(((Number) value).doubleValue()))
        .ifPresent(
            values -> {
              throw new IllegalArgumentException(
                  name.replace('-', ' ') + " must be " + values.text() + ", was " + value);
            });
  }
}
