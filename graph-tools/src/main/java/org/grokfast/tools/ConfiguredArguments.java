package org.grokfast.tools;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The options that a configuration file can set, on their own. */
@Command(name = "config")
final class ConfiguredArguments {
  @Mixin private FilterArguments filter;

  @Mixin private PassArguments pass;

  FilterArguments filter() {
    return filter;
  }

  PassArguments pass() {
    return pass;
  }
}
