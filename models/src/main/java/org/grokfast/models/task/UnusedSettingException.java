package org.grokfast.models.task;

/** A setting was set that has no meaning beside the value of another one. */
public final class UnusedSettingException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String setting;
  private final String other;
  private final String value;
  private final String reason;

  UnusedSettingException(Setting<?> setting, Setting<?> other, String value, String reason) {
    super(setting.words() + " is not a setting of " + other.words() + " " + value + ", " + reason);
    this.setting = setting.name();
    this.other = other.name();
    this.value = value;
    this.reason = reason;
  }

  /** The name of what was set. */
  public String setting() {
    return setting;
  }

  /** The name of the setting that leaves it without a meaning. */
  public String other() {
    return other;
  }

  /** The value of that one. */
  public String value() {
    return value;
  }

  /** How it does so, as a clause. */
  public String reason() {
    return reason;
  }
}
