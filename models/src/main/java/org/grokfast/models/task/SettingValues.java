package org.grokfast.models.task;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Values of a task's settings, in the order in which they were set. Immutable. */
public final class SettingValues {
  /** Every setting has its default. */
  public static final SettingValues DEFAULTS = new SettingValues(Map.of());

  private final Map<Setting<?>, Object> given;

  private SettingValues(Map<Setting<?>, Object> given) {
    this.given = given;
  }

  /**
   * These values with one more.
   *
   * @throws IllegalArgumentException if it is outside the setting's range
   */
  public <T> SettingValues with(Setting<T> setting, T value) {
    setting.require(value);
    Map<Setting<?>, Object> more = new LinkedHashMap<>(given);
    more.put(setting, setting.type().cast(value));
    return new SettingValues(Collections.unmodifiableMap(more));
  }

  /** What was set, without defaults. */
  public Map<Setting<?>, Object> given() {
    return given;
  }

  /** The value of a setting that has a default. */
  public <T> T get(Setting<T> setting) {
    return find(setting)
        .orElseThrow(
            () -> new NoSuchElementException("the setting " + setting.name() + " has no default"));
  }

  /** The value of a setting; its default if it wasn't set; nothing if it has none. */
  public <T> Optional<T> find(Setting<T> setting) {
    Object value = given.get(setting);
    return value == null ? setting.defaultValue() : Optional.of(setting.type().cast(value));
  }

  /**
   * Refuses a setting that has no meaning beside another one.
   *
   * @param setting what must not have been set
   * @param other the setting that leaves it without a meaning
   * @param reason how it does, as a clause: {@code which has none}
   * @throws UnusedSettingException if it was set
   */
  public void refuse(Setting<?> setting, Setting<?> other, String reason) {
    if (given.containsKey(setting)) {
      throw new UnusedSettingException(
          setting, other, String.valueOf(find(other).orElse(null)), reason);
    }
  }
}
