package org.grokfast.models.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.Unfiltered;
import org.grokfast.models.training.files.MetricsFile;
import org.grokfast.models.training.files.MetricsRow;
import org.grokfast.probe.ProbeSetting;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run with probes logs. */
@Tag("native")
class ProbedRunTest {
  private static final FilterOptions PROBED =
      FilterOptions.builder()
          .probes(ProbeSetting.parse("weight-norm:every=10"), ProbeSetting.parse("cosine:every=5"))
          .build();

  @TempDir private Path folder;

  private List<MetricsRow> run(String name, int steps, GradientFilter filter) throws IOException {
    Path out = folder.resolve(name);
    Trainer.start(Runs.task(), Runs.options(steps).filter(filter).build(), out).run();
    return MetricsFile.read(out.resolve("metrics.csv"));
  }

  private static List<MetricsRow> withoutProbes(List<MetricsRow> rows) {
    return rows.stream()
        .map(
            row ->
                new MetricsRow(
                    row.step(),
                    row.trainLoss(),
                    row.trainAccuracy(),
                    row.validationLoss(),
                    row.validationAccuracy(),
                    row.learningRate()))
        .toList();
  }

  @Test
  void everyRowHasWhatWasMeasuredInTotalAndOfEachVariable() throws IOException {
    List<MetricsRow> rows = run("probed", 30, Ema.defaults().withOptions(PROBED));
    assertThat(rows).hasSize(3);
    for (MetricsRow row : rows) {
      assertThat(row.probes().get("cosine")).isBetween(-1.0, 1.0);
      double squares =
          row.probes().entrySet().stream()
              .filter(each -> each.getKey().startsWith("weight-norm/"))
              .mapToDouble(each -> each.getValue() * each.getValue())
              .sum();
      assertThat(row.probes().get("weight-norm")).isPositive();
      assertThat(squares / Math.pow(row.probes().get("weight-norm"), 2))
          .isBetween(0.99999, 1.00001);
    }
    assertThat(rows)
        .extracting(row -> row.probes().get("logit-scale"))
        .doesNotHaveDuplicates()
        .allMatch(scale -> scale > 0);
    assertThat(rows).extracting(row -> row.probes().get("saturation")).containsOnly(0.0);
    assertThat(rows).extracting(row -> row.probes().get("weight-norm")).doesNotHaveDuplicates();
  }

  @Test
  void theOtherColumnsAreThoseOfARunWithoutProbes() throws IOException {
    assertThat(withoutProbes(run("filtered and probed", 30, Ema.defaults().withOptions(PROBED))))
        .isEqualTo(run("filtered", 30, Ema.defaults()));
    Path plain = folder.resolve("plain");
    Trainer.start(Runs.task(), Runs.options(30).build(), plain).run();
    assertThat(withoutProbes(run("probed", 30, new Unfiltered(PROBED))))
        .isEqualTo(MetricsFile.read(plain.resolve("metrics.csv")));
  }

  @Test
  void aResumedRunGivesTheBitsOfAnUninterruptedOne() throws IOException {
    GradientFilter filter = Ema.defaults().withOptions(PROBED);
    run("whole", 30, filter);
    run("parts", 17, filter);
    Path parts = folder.resolve("parts");
    Trainer.resume(Runs.task(), Runs.options(30).filter(filter).build(), parts).run();
    assertThat(Runs.bytes(parts.resolve("metrics.csv")))
        .isEqualTo(Runs.bytes(folder.resolve("whole").resolve("metrics.csv")));
  }
}
