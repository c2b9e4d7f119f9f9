package org.grokfast.tools.options;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The options that a configuration file can set, on their own. */
@Command(name = "config")
public final class ConfiguredArguments {
  @Mixin private FilterArguments filter;

  @Mixin private PassArguments pass;

  public FilterArguments filter() {
    return filter;
  }

  public PassArguments pass() {
    return pass;
  }
}
