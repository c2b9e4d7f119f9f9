package org.grokfast.tools.train;

import java.util.List;
import org.grokfast.models.task.Setting;
import org.grokfast.models.task.SettingValues;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** A task's settings as options of a command line. */
final class SettingOptions {
  private SettingOptions() {}

  /** The option of a setting. */
  static OptionSpec of(Setting<?> setting) {
    OptionSpec.Builder option =
        OptionSpec.builder(name(setting))
            .type(setting.type())
            .description(literal(setting.help() + "; default" + setting.defaultText() + "."));
    return (setting.type() == Boolean.class
            ? option.arity("0")
            : option.arity("1").paramLabel(setting.label()))
        .build();
  }

  /**
   * The values that a command line gives.
   *
   * @throws IllegalArgumentException if one is outside its range
   */
  static SettingValues values(List<Setting<?>> settings, ParseResult parsed) {
    SettingValues values = SettingValues.DEFAULTS;
    for (Setting<?> setting : settings) {
      if (parsed.hasMatchedOption(name(setting))) {
        values = with(values, setting, parsed);
      }
    }
    return values;
  }

  private static <T> SettingValues with(
      SettingValues values, Setting<T> setting, ParseResult parsed) {
    return values.with(
        setting, setting.type().cast(parsed.matchedOption(name(setting)).getValue()));
  }

  static String name(Setting<?> setting) {
    return "--" + setting.name();
  }

  /** As the help prints it: a percent sign begins a conversion there. */
  private static String literal(String text) {
    return text.replace("%", "%%");
  }
}
