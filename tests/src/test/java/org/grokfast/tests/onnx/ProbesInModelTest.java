package org.grokfast.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.abort;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.Perpendicular;
import org.grokfast.filter.Unfiltered;
import org.grokfast.filter.arrays.ArrayFilter;
import org.grokfast.onnx.OnnxRewriter;
import org.grokfast.onnx.OnnxStripper;
import org.grokfast.probe.ProbeSetting;
import org.grokfast.probe.Probes;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.grokfast.rewrite.TrainedVariable;
import org.grokfast.tests.PlainProbes;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What probes measure in plain training steps of ONNX, and that they change no weight. */
@Tag("native")
class ProbesInModelTest {
  private static final int STEPS = 7;

  static Stream<String> models() {
    return PlainStepTest.filtered();
  }

  private static GradientFilter probed(GradientFilter filter, int every) {
    ProbeSetting[] all =
        Probes.ALL.stream()
            .map(probe -> new ProbeSetting(probe, every))
            .toArray(ProbeSetting[]::new);
    return filter.withOptions(FilterOptions.builder().probes(all).build());
  }

  @ParameterizedTest
  @MethodSource("models")
  void probesChangeNoWeightAndAreStrippedWithTheFilter(String name) {
    StepModel step = StepModel.stored(name);
    for (GradientFilter filter :
        List.of(
            Ema.of(0.9, 2),
            MovingAverage.of(3, 2),
            Perpendicular.defaults(),
            new Unfiltered(FilterOptions.DEFAULTS))) {
      ModelProto without =
          filter.kind().equals(Unfiltered.KIND) ? step.model() : step.rewrite(filter).model();
      Map<String, double[]> expected = train(step, without);
      for (int every : List.of(1, 3)) {
        ModelProto model = step.rewrite(probed(filter, every)).model();
        assertThat(OnnxStripper.apply(model)).isEqualTo(step.model());
        Map<String, double[]> actual = train(step, model);
        step.pairs(step.model())
            .keySet()
            .forEach(
                w ->
                    assertThat(actual.get(w))
                        .as("%s %s", filter.kind(), w)
                        .isEqualTo(expected.get(w)));
      }
    }
  }

  private static Map<String, double[]> train(StepModel step, ModelProto model) {
    try {
      return step.train(model, STEPS);
    } catch (IllegalStateException e) {
      if (e.getMessage().contains("opset") || e.getMessage().contains("NOT_IMPLEMENTED")) {
        abort("this release of ONNX Runtime does not take " + step.name() + ": " + e.getMessage());
      }
      throw e;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void theyGiveWhatPlainSumsGive(int every) {
    StepModel step = StepModel.stored("fed_gradients");
    OnnxRewriter.Result result = step.rewrite(probed(Ema.of(0.9, 2), every));
    ModelProto model = result.model();
    Map<String, ArrayFilter> filters = new LinkedHashMap<>();
    for (PlannedSite planned : result.report().plan().sites()) {
      TrainedVariable variable = planned.site().variable();
      filters.put(
          variable.name(),
          new ArrayFilter(
              Ema.of(0.9, 2),
              variable.precision(),
              variable.shape().stream().mapToInt(Math::toIntExact).toArray()));
    }
    List<String> names = List.copyOf(filters.keySet());
    assertThat(names).hasSizeGreaterThan(1);
    PlainProbes all = new PlainProbes();
    List<PlainProbes> plain = names.stream().map(name -> new PlainProbes()).toList();
    try (OnnxSession session = new OnnxSession(model)) {
      Map<String, double[]> values = StepModel.start(session, model);
      for (int number = 1; number <= STEPS; number++) {
        StepModel.feedData(values, session, number);
        List<double[]> theta = new ArrayList<>();
        List<double[]> raw = new ArrayList<>();
        List<double[]> filtered = new ArrayList<>();
        filters.forEach(
            (name, filter) -> {
              theta.add(values.get(name));
              raw.add(values.get(name + ".g"));
              filtered.add(filter.step(values.get(name + ".g"), values.get(name)));
            });
        Map<String, double[]> outputs = session.run(values);
        boolean due = PlainProbes.isDue(number, every);
        for (int i = 0; i < names.size(); i++) {
          compare(
              outputs,
              "grokfast/" + names.get(i) + "/probe/",
              due,
              plain.get(i).step(theta.get(i), raw.get(i), filtered.get(i)));
        }
        compare(
            outputs,
            "grokfast/probe/",
            due,
            all.step(joined(theta), joined(raw), joined(filtered)));
        step.pairs(model).forEach((input, output) -> values.put(input, outputs.get(output)));
      }
    }
  }

  private static double[] joined(List<double[]> parts) {
    return parts.stream().flatMapToDouble(Arrays::stream).toArray();
  }

  private static void compare(
      Map<String, double[]> outputs, String prefix, boolean due, Map<String, Double> expected) {
    assertThat(expected).hasSize(10);
    expected.forEach(
        (name, value) -> {
          double actual = outputs.get(prefix + name)[0];
          if (due && !value.isNaN()) {
            assertThat(actual)
                .as(prefix + name)
                .isCloseTo(value, within(1e-6 * Math.max(1, value)));
          } else {
            assertThat(actual).as(prefix + name).isNaN();
          }
        });
  }

  @Test
  void whatIsNotMeasuredInEveryStepStandsInABranchOfItsOwn() {
    StepModel step = StepModel.stored("fed_gradients");
    List<NodeProto> without = step.rewrite(Ema.of(0.9, 2)).model().getGraph().getNodeList();
    GradientFilter norms =
        Ema.of(0.9, 2)
            .withOptions(
                FilterOptions.builder()
                    .probes(ProbeSetting.parse("weight-norm"), ProbeSetting.parse("cosine"))
                    .build());
    List<NodeProto> nodes = step.rewrite(norms).model().getGraph().getNodeList();
    assertThat(nodes.stream().filter(node -> node.getOpType().equals("If"))).hasSize(1);
    // Beside it, scalars say whether the step measures.
    assertThat(nodes.stream().filter(node -> node.getName().contains("/probe/"))).isEmpty();
    assertThat(nodes.size() - without.size()).isLessThan(12);
  }

  @Test
  void aFormWithoutOutputsOfItsOwnIsRefused() {
    StepModel step = TrainingInfoTest.stored("adam");
    assertThatThrownBy(() -> step.rewrite(probed(Ema.of(0.9, 2), 1)))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessageEndingWith("has no place for them; leave the probes out");
  }
}
