package org.grokfast.tools.options;

import java.util.Iterator;
import java.util.List;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.FilterType;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.options.NonFinite;
import org.grokfast.filter.options.SparseGradients;
import org.grokfast.filter.options.Tunable;
import org.grokfast.filter.options.VariableOverride;
import org.grokfast.pass.StepPass;
import org.grokfast.probe.Probe;
import org.grokfast.probe.ProbeSetting;
import org.grokfast.probe.Probes;
import picocli.CommandLine.Option;

/** The options that all filters share. */
final class SharedFilterArguments {
  @Option(
      names = "--start-step",
      paramLabel = "N",
      description = "The first step, counted from 0, that is amplified; default 0.")
  private long startStep;

  @Option(
      names = "--stop-step",
      paramLabel = "N",
      description = "The first step that no longer is amplified; default: none.")
  private Long stopStep;

  @Option(
      names = "--ramp-steps",
      paramLabel = "N",
      description = "Let lamb grow linearly from 0 over so many steps; default 0.")
  private long rampSteps;

  @Option(
      names = "--include",
      paramLabel = "REGEX",
      description =
          "Filter only variables whose name contains a match of this regular expression (as Java"
              + " has them, at most 10,000 characters and 10,000,000 steps a name); may be repeated;"
              + " default: all.")
  private List<String> include = List.of();

  @Option(
      names = "--exclude",
      paramLabel = "REGEX",
      description =
          "Leave variables alone whose name contains a match; may be repeated; default: none.")
  private List<String> exclude = List.of();

  @Option(
      names = "--override",
      paramLabel = "REGEX:KEY=VALUE,...",
      description =
          "for the variables whose name contains a match; the first that"
              + " matches wins; may be repeated; default: none.")
  private List<String> overrides = List.of();

  @Option(
      names = "--state-dtype",
      paramLabel = "TYPE",
      description =
          "The type of the state: float16, bfloat16, float32 or float64; default float32, and"
              + " float64 for float64 gradients.")
  private Precision stateType;

  @Option(
      names = "--non-finite",
      paramLabel = "HOW",
      description =
          "NaN and infinite elements enter the state (propagate, the default) or leave it as it was"
              + " (skip).")
  private NonFinite nonFinite = NonFinite.PROPAGATE;

  @Option(
      names = "--sparse",
      paramLabel = "HOW",
      description =
          "Sparse gradients are summed into dense ones, and every row is updated in every step"
              + " (densify, the default), or only the rows that occur are filtered, each with a"
              + " state and a count of its own, which is another algorithm (lazy), or the graph is"
              + " rejected (refuse).")
  private SparseGradients sparse = SparseGradients.DENSIFY;

  @Option(
      names = "--compensate-lr",
      description = "Divide the filtered gradient by 1 + lamb; default: no.")
  private boolean compensateLearningRate;

  @Option(
      names = "--tunable",
      description =
          "Let alpha and lamb be changed while the graph trains, in a plain training step of ONNX"
              + " too, as inputs that have to be fed; default: everywhere else, as variables.")
  private boolean tunable;

  @Option(
      names = "--no-tunable",
      description =
          "Fold alpha and lamb into the graph as constants; default: in plain training steps of ONNX"
              + " alone.")
  private boolean constant;

  @Option(
      names = "--probe",
      paramLabel = "PROBE",
      split = ",",
      completionCandidates = ProbeNames.class,
      description =
          "Measure NAME[:every=N] in the graph, in the first step and every N-th (default 10), NAME"
              + " being ${COMPLETION-CANDIDATES}; with --filter none too; no weight changes by it; may be"
              + " repeated, or be several names with commas; default: nothing.")
  private List<String> probes = List.of();

  /** The names of all probes. */
  static final class ProbeNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Probes.ALL.stream().map(Probe::name).iterator();
    }
  }

  /** Whether something is measured. */
  boolean areProbed() {
    return !probes.isEmpty();
  }

  /**
   * What they come to.
   *
   * @param type the filter that they are for
   * @param passes the passes that go with it
   * @throws IllegalArgumentException if a value is out of its range, or an override sets what the
   *     filter doesn't have
   */
  FilterOptions options(FilterType<?> type, List<StepPass> passes) {
    if (tunable && constant) {
      throw new IllegalArgumentException("--tunable and --no-tunable exclude each other; give one");
    }
    FilterOptions.Builder builder =
        FilterOptions.builder()
            .startStep(startStep)
            .rampSteps(rampSteps)
            .include(include.toArray(new String[0]))
            .exclude(exclude.toArray(new String[0]))
            .overrides(
                overrides.stream()
                    .map(text -> override(type, text))
                    .toArray(VariableOverride[]::new))
            .nonFinite(nonFinite)
            .sparse(sparse)
            .compensateLearningRate(compensateLearningRate)
            .probes(probes.stream().map(SharedFilterArguments::probe).toArray(ProbeSetting[]::new))
            .passes(passes.toArray(new StepPass[0]))
            .tunable(tunable ? Tunable.YES : constant ? Tunable.NO : Tunable.AUTO);
    if (stopStep != null) {
      builder.stopStep(stopStep);
    }
    if (stateType != null) {
      builder.statePrecision(stateType);
    }
    return builder.build();
  }

  private static ProbeSetting probe(String text) {
    try {
      return ProbeSetting.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--probe " + text + ": " + e.getMessage(), e);
    }
  }

  /** Reads {@code REGEX:key=value,…}; the last colon ends the expression. */
  private static VariableOverride override(FilterType<?> type, String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException(
          "--override must be REGEX:KEY=VALUE,..., was '" + text + "'");
    }
    try {
      return type.override(text.substring(0, colon), text.substring(colon + 1).split(",", -1));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--override '" + text + "': " + e.getMessage(), e);
    }
  }
}
