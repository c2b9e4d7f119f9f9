package org.grokfast.models.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.models.training.files.MetricsFile;
import org.grokfast.models.training.files.MetricsRow;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.framework.optimizers.Optimizer.GradAndVar;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;

@Tag("native")
class TrainingPartsTest {
  @TempDir private Path folder;

  @Test
  void metricsComeBackAsTheyWereWritten() throws IOException {
    Path file = folder.resolve("metrics.csv");
    MetricsRow first = new MetricsRow(10, 1.0 / 3, 0.1, 1e-300, 1, 3e-3);
    MetricsRow second = new MetricsRow(20, 0.1 + 0.2, Double.NaN, 2, Double.NaN, 0);
    MetricsFile.write(file, List.of(first));
    MetricsFile.append(file, second);
    assertThat(MetricsFile.read(file)).containsExactly(first, second);
  }

  @Test
  void whatProbesMeasuredStandsInColumnsOfItsOwn() throws IOException {
    Path file = folder.resolve("metrics.csv");
    MetricsRow row = new MetricsRow(10, 1, 1, 1, 1, 1, Map.of("cosine/w", 0.1 + 0.2));
    MetricsFile.write(file, List.of(), row.probes().keySet());
    MetricsFile.append(file, row);
    assertThat(Files.readAllLines(file).get(0)).endsWith(",learning_rate,cosine/w");
    assertThat(MetricsFile.read(file)).containsExactly(row);
    Files.writeString(file, Files.readString(file) + "20,1,1,1,1,1\n");
    assertThatThrownBy(() -> MetricsFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("has 6 columns; expected step,")
        .hasMessageEndingWith("learning_rate,cosine/w");
  }

  @Test
  void aCellThatIsNoNumberIsAnError() throws IOException {
    Path file = folder.resolve("metrics.csv");
    MetricsFile.write(file, List.of());
    Files.writeString(file, Files.readString(file) + "10,x,0,0,0,0\n");
    assertThatThrownBy(() -> MetricsFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + " is no metrics file")
        .hasMessageContaining("\"x\"");
  }

  @Test
  void columnsInAnotherOrderAreNotReadAsOtherFigures() throws IOException {
    Path file = folder.resolve("metrics.csv");
    MetricsFile.write(file, List.of(new MetricsRow(10, 1, 2, 3, 4, 5)));
    String swapped =
        Files.readString(file).replace("train_loss,train_accuracy", "train_accuracy,train_loss");
    Files.writeString(file, swapped);
    assertThatThrownBy(() -> MetricsFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("its first line is step,train_accuracy,train_loss,")
        .hasMessageContaining("expected it to begin with step,train_loss,train_accuracy,");
  }

  @Test
  void theMedianOfAnEvenNumberIsBetweenTheMiddleTwo() {
    StepTimes times = new StepTimes();
    assertThat(times.medianMilliseconds()).isNaN();
    for (long milliseconds : new long[] {9, 1, 4, 2}) {
      times.add(milliseconds * 1_000_000);
    }
    assertThat(times.medianMilliseconds()).isEqualTo(3);
  }

  @Test
  void thePeakIsReadInBytes() throws IOException {
    assertThat(PeakMemory.parse(List.of("Name:\tjava", "VmHWM:\t  1234 kB")))
        .isEqualTo(1234 * 1024);
    assertThatThrownBy(() -> PeakMemory.parse(List.of())).hasMessage("no line VmHWM:");
    assertThat(PeakMemory.bytes()).isPositive();
  }

  @Test
  void clippingScalesAllGradientsByTheSameFactor() {
    // The global norm of (3, 4) and (12) is 13.
    assertThat(clipped(6.5)).containsExactly(new float[] {1.5f, 2, 6}, within(1e-5f));
    assertThat(clipped(20)).containsExactly(new float[] {3, 4, 12}, within(1e-5f));
  }

  private static float[] clipped(double limit) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      List<GradAndVar<? extends TType>> pairs = new ArrayList<>();
      pairs.add(pair(tf, 3, 4));
      pairs.add(pair(tf, 12));
      List<GradAndVar<? extends TType>> clipped = GradientClipping.clip(tf, pairs, limit);
      try (Session session = new Session(graph);
          Result result =
              session
                  .runner()
                  .fetch(clipped.get(0).getGradient())
                  .fetch(clipped.get(1).getGradient())
                  .run()) {
        TFloat32 first = (TFloat32) result.get(0);
        TFloat32 second = (TFloat32) result.get(1);
        return new float[] {first.getFloat(0), first.getFloat(1), second.getFloat(0)};
      }
    }
  }

  private static GradAndVar<TFloat32> pair(Ops tf, float... gradient) {
    Operand<TFloat32> constant = tf.constant(gradient);
    return new GradAndVar<>(constant.asOutput(), constant.asOutput());
  }

  @Test
  void optionsOutsideTheirRangeAreRejected() {
    assertThatThrownBy(() -> TrainingOptions.builder().until(1.5).build())
        .hasMessage("until must be in (0, 1], was 1.5");
    assertThatThrownBy(() -> TrainingOptions.builder().batch(0).build())
        .hasMessage("batch must be >= 1, was 0");
    assertThatThrownBy(() -> TrainingOptions.builder().clipNorm(-1).build())
        .hasMessage("clip norm must be finite and >= 0, was -1.0");
  }
}
