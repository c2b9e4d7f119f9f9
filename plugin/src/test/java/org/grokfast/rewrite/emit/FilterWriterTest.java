package org.grokfast.rewrite.emit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.algebra.FilterStep;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.options.VariableOverride;
import org.grokfast.graph.NameAllocator;
import org.grokfast.pass.Lookahead;
import org.grokfast.pass.StepPass;
import org.grokfast.probe.ProbeSetting;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.RewritePlan;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.grokfast.rewrite.TrainedVariable;
import org.grokfast.rewrite.UpdateSite;
import org.junit.jupiter.api.Test;

/** What the writer asks of a backend, by one that notes it down. */
class FilterWriterTest {

  /** A graph whose tensors are their names. */
  private static final class Notes implements GraphBackend<String> {
    private final List<String> lines = new ArrayList<>();
    private SiteNames names;

    @Override
    public Site<String> open(PlannedSite planned, SiteNames siteNames) {
      names = siteNames;
      lines.add("open " + siteNames.prefix());
      return new Site<>() {
        @Override
        public State<String> declare(StateSpec spec) {
          lines.add(
              "declare "
                  + spec.path()
                  + spec.shape()
                  + " "
                  + spec.precision().label()
                  + (spec.ring() ? " ring" : ""));
          return new State<>() {
            @Override
            public String old() {
              return spec.path();
            }

            @Override
            public void write(String value) {
              lines.add("write " + spec.path() + " = " + value);
            }
          };
        }

        @Override
        public String gradient() {
          lines.add("gradient");
          return planned.site().gradient();
        }

        @Override
        public FilterStep<String> step(GradientFilter filter, String gradient, List<String> old) {
          lines.add("step " + gradient + " " + old);
          return new FilterStep<>("output", old.stream().map(name -> name + "'").toList());
        }

        @Override
        public void measure(List<ProbeSetting> probes, String gradient, String output) {
          lines.add(
              "measure "
                  + gradient
                  + ", "
                  + output
                  + " "
                  + probes.stream().map(ProbeSetting::text).toList());
        }

        @Override
        public void change(List<StepPass> passes, String output) {
          lines.add("change " + output + " " + passes.stream().map(StepPass::text).toList());
        }

        @Override
        public void replaceGradient(String output) {
          lines.add("replace " + output);
        }
      };
    }
  }

  private static UpdateSite site(String name) {
    return new UpdateSite(
        new TrainedVariable(name, Precision.FLOAT16, List.of(2L, 5L)),
        "g",
        List.of(new GradientEdge("apply", 2)),
        new UpdateSite.Evidence("rule", "text", "train"));
  }

  private static Notes written(GradientFilter filter, Set<String> taken) {
    Notes notes = new Notes();
    FilterWriter writer = new FilterWriter(filter, new NameAllocator(taken::contains));
    RewritePlan.of(List.of(site("w")), filter)
        .sites()
        .forEach(planned -> writer.write(planned, notes));
    return notes;
  }

  @Test
  void stateIsDeclaredInItsOrderReadBeforeTheStepAndWrittenAfterIt() {
    FilterOptions options = FilterOptions.builder().statePrecision(Precision.BFLOAT16).build();
    assertThat(written(MovingAverage.of(7, 3).withOptions(options), Set.of()).lines)
        .containsExactly(
            "open grokfast/w",
            "declare grokfast/w/window[7, 2, 5] bfloat16 ring",
            "declare grokfast/w/sum[2, 5] float32",
            "declare grokfast/w/fresh[2, 5] float32",
            "gradient",
            "step g [grokfast/w/window, grokfast/w/sum, grokfast/w/fresh]",
            "write grokfast/w/window = grokfast/w/window'",
            "write grokfast/w/sum = grokfast/w/sum'",
            "write grokfast/w/fresh = grokfast/w/fresh'",
            "replace output");
  }

  @Test
  void whatIsMeasuredIsMeasuredBeforeTheOptimizerTakesTheOutput() {
    FilterOptions options =
        FilterOptions.builder().probes(ProbeSetting.parse("weight-norm:every=3")).build();
    assertThat(written(Ema.of(0.9, 2).withOptions(options), Set.of()).lines)
        .endsWith(
            "write grokfast/w/ema = grokfast/w/ema'",
            "measure g, output [weight-norm:every=3]",
            "replace output");
  }

  @Test
  void passesComeAfterWhatIsMeasuredAndBeforeTheOptimizerTakesTheOutput() {
    FilterOptions options =
        FilterOptions.builder()
            .probes(ProbeSetting.parse("weight-norm:every=3"))
            .passes(Lookahead.of(5, 0.5))
            .build();
    assertThat(written(Ema.of(0.9, 2).withOptions(options), Set.of()).lines)
        .endsWith(
            "measure g, output [weight-norm:every=3]",
            "change output [lookahead(5,0.5, exclude=[])]",
            "replace output");
  }

  @Test
  void aNameThatIsTakenGetsANumberAndSoDoesAllBelowIt() {
    assertThat(written(MovingAverage.of(7, 3), Set.of("grokfast/w")).lines)
        .contains("open grokfast/w_1", "declare grokfast/w_1/sum[2, 5] float32");
  }

  @Test
  void aParameterIsSharedUnlessItWasOverridden() {
    GradientFilter filter =
        MovingAverage.of(7, 3)
            .withOptions(
                FilterOptions.builder().overrides(VariableOverride.lamb("w", 0.5)).build());
    SiteNames names = written(filter, Set.of()).names;
    assertThat(names.parameter("lamb", 3)).isEqualTo("lamb");
    assertThat(names.parameter("lamb", 0.5)).isEqualTo("w/lamb");
  }
}
