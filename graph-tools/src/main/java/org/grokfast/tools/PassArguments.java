package org.grokfast.tools;

import picocli.CommandLine.Option;

/** What a rewrite does besides inserting a filter. */
final class PassArguments {
  @Option(
      names = "--replace",
      description = "Take out a filter that is there already first; default: refuse the graph.")
  private boolean replace;

  @Option(
      names = "--fix-adam-order",
      description =
          "Also make the updates of Adam's powers of beta wait for the ops that read them;"
              + " 'strip' takes these edges out as well; default: no.")
  private boolean fixAdamOrder;

  boolean replace() {
    return replace;
  }

  boolean fixAdamOrder() {
    return fixAdamOrder;
  }
}
