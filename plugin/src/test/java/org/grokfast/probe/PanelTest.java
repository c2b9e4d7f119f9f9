package org.grokfast.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.grokfast.filter.algebra.ArrayOps;
import org.grokfast.filter.algebra.ArrayTensor;
import org.grokfast.filter.algebra.Precision;
import org.junit.jupiter.api.Test;

class PanelTest {

  private static ArrayOps ops(int step) {
    ArrayOps.Clock clock = new ArrayOps.Clock(step, step);
    return new ArrayOps(Precision.FLOAT64, Precision.FLOAT64, new int[] {2}, clock);
  }

  private static List<Panel> panels(String... settings) {
    return Panel.of(List.of(settings).stream().map(ProbeSetting::parse).toList());
  }

  @Test
  void whatHasOneIntervalIsMeasuredTogether() {
    List<Panel> panels = panels("cosine:every=9", "weight-norm:every=3", "gradient-norm:every=9");
    assertThat(panels).extracting(Panel::every).containsExactly(3, 9);
    assertThat(panels.get(1).probes())
        .extracting(Probe::name)
        .containsExactly("cosine", "gradient-norm");
  }

  @Test
  void aSumThatSeveralProbesNeedIsTakenOnce() {
    Panel panel = panels("cosine", "gradient-norm", "filtered-norm", "update-ratio").get(0);
    assertThat(panel.quantities()).doesNotHaveDuplicates().hasSize(5);
  }

  @Test
  void theFirstStepMeasuresAndThenEveryNth() {
    Panel panel = panels("cosine:every=4").get(0);
    assertThat(IntStream.rangeClosed(1, 12).filter(step -> panel.isDue(ops(step)) != 0))
        .containsExactly(1, 4, 8, 12);
    assertThat(IntStream.rangeClosed(1, 12).filter(step -> panel.isNextDue(ops(step)) != 0))
        .containsExactly(3, 7, 11);
  }

  @Test
  void everyProbeGetsItsOwnSums() {
    Panel panel = panels("weight-norm", "bands", "gradient-norm", "cosine").get(0);
    List<ArrayTensor> sums =
        IntStream.rangeClosed(1, 8).mapToObj(i -> ArrayTensor.of(new double[] {i * i})).toList();
    Map<String, ArrayTensor> values = panel.values(ops(1), sums);
    assertThat(values.keySet())
        .containsExactly(
            "weight-norm", "band-1", "band-2", "band-3", "band-4", "gradient-norm", "cosine");
    assertThat(values.values().stream().map(value -> value.values()[0]))
        // ⟨θ,θ⟩ = 1, energies 4, 9, 16 and 25, ⟨g,g⟩ = 36, ⟨g,g'⟩ = 49, ⟨g',g'⟩ = 64
        .containsExactly(1.0, 4.0, 9.0, 16.0, 25.0, 6.0, 49 / 48.0);
  }
}
