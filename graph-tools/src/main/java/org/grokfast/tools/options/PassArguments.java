package org.grokfast.tools.options;

import java.util.Map;
import org.grokfast.rewrite.coverage.UnfilteredVariables;
import picocli.CommandLine.Option;

/** What a rewrite does besides inserting a filter. */
public final class PassArguments {
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

  @Option(
      names = "--gradient",
      paramLabel = "VARIABLE=TENSOR",
      description =
          "Take this tensor for the gradient of this variable, for an optimizer that no rule knows;"
              + " may be repeated; default: what the rules find.")
  private Map<String, String> gradients = Map.of();

  @Option(
      names = "--update",
      paramLabel = "PARAM=OUTPUT",
      description =
          "Of an ONNX model, the output that holds the next value of this parameter; may be"
              + " repeated; default: by name and data flow.")
  private Map<String, String> updates = Map.of();

  @Option(
      names = "--allow-unfiltered",
      description =
          "Filter the other variables where some are trained in a way that can't be filtered; the"
              + " report names these first; default: refuse the graph.")
  private boolean allowUnfiltered;

  /** Outputs by parameter. */
  public Map<String, String> updates() {
    return updates;
  }

  /** Tensors by variable. */
  public Map<String, String> gradients() {
    return gradients;
  }

  public boolean replace() {
    return replace;
  }

  public boolean fixAdamOrder() {
    return fixAdamOrder;
  }

  /** What to do where variables are trained and can't be filtered. */
  public UnfilteredVariables unfiltered() {
    return allowUnfiltered ? UnfilteredVariables.ALLOW : UnfilteredVariables.REFUSE;
  }
}
