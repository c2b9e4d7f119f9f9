package org.grokfast.models.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.grokfast.filter.Ema;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.models.TrainingException;
import org.grokfast.models.algorithmic.Objective;
import org.grokfast.models.optimizer.AdamOptions;
import org.grokfast.models.task.InputPerturbation;
import org.grokfast.models.task.Task;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.models.training.TrainingResult.Ending;
import org.grokfast.models.training.files.MetricsRow;
import org.grokfast.models.training.files.SavedRun;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("native")
class TrainerTest {
  @TempDir private Path folder;

  @Test
  void twoRunsGiveTheSameBits() {
    Path first = run("first", 40);
    Path second = run("second", 40);
    assertThat(Runs.bytes(second.resolve("metrics.csv")))
        .isEqualTo(Runs.bytes(first.resolve("metrics.csv")));
    assertThat(Runs.variables(second)).isEqualTo(Runs.variables(first));
  }

  @Test
  void anotherSeedGivesOtherMetrics() {
    Path first = run("first", 20);
    Path second = folder.resolve("second");
    Trainer.start(Runs.task(), Runs.options(20).seed(6).build(), second).run();
    assertThat(Runs.bytes(second.resolve("metrics.csv")))
        .isNotEqualTo(Runs.bytes(first.resolve("metrics.csv")));
  }

  @Test
  void aResumedRunGivesTheBitsOfAnUninterruptedOne() {
    Path whole = run("whole", 60);
    Path parts = run("parts", 33); // neither an epoch's nor a validation's end
    Trainer.resume(Runs.task(), Runs.options(60).build(), parts).run();
    assertThat(Runs.bytes(parts.resolve("metrics.csv")))
        .isEqualTo(Runs.bytes(whole.resolve("metrics.csv")));
    assertThat(Runs.variables(parts)).isEqualTo(Runs.variables(whole));
  }

  @Test
  void stopLeavesACheckpointThatContinuesWithTheSameBits() {
    Path whole = run("whole", 40);
    Path parts = folder.resolve("parts");
    Trainer trainer = Trainer.start(Runs.task(), Runs.options(40).build(), parts);
    TrainingResult stopped =
        trainer.run(
            progress -> {
              if (progress.step() == 27) {
                trainer.stop();
              }
            });
    assertThat(stopped.ending()).isEqualTo(Ending.STOPPED);
    assertThat(stopped.steps()).isEqualTo(27);
    assertThat(SavedRun.read(parts).step()).isEqualTo(27);
    Trainer.resume(Runs.task(), Runs.options(40).build(), parts).run();
    assertThat(Runs.bytes(parts.resolve("metrics.csv")))
        .isEqualTo(Runs.bytes(whole.resolve("metrics.csv")));
    assertThat(Runs.variables(parts)).isEqualTo(Runs.variables(whole));
  }

  @ParameterizedTest
  @MethodSource("filters")
  void aResumedFilteredRunGivesTheBitsOfAnUninterruptedOne(GradientFilter filter) {
    Path whole = folder.resolve("whole");
    Path parts = folder.resolve("parts");
    Trainer.start(Runs.task(), filtered(filter, 30), whole).run();
    Trainer.start(Runs.task(), filtered(filter, 17), parts).run();
    Trainer.resume(Runs.task(), filtered(filter, 30), parts).run();
    assertThat(Runs.bytes(parts.resolve("metrics.csv")))
        .isEqualTo(Runs.bytes(whole.resolve("metrics.csv")))
        .isNotEqualTo(Runs.bytes(run("unfiltered", 30).resolve("metrics.csv")));
    assertThat(Runs.variables(parts)).isEqualTo(Runs.variables(whole));
  }

  static Stream<GradientFilter> filters() {
    return Stream.of(Ema.defaults(), MovingAverage.of(5, 2));
  }

  private static TrainingOptions filtered(GradientFilter filter, int steps) {
    return Runs.options(steps).filter(filter).build();
  }

  /** Noise that is drawn anew at every step, and whose size depends on the step before. */
  @Test
  void aRunWithNoisyInputsAndAPenaltyThatIsResumedGivesTheBitsOfAnUninterruptedOne() {
    Task noisy = Runs.task(new Objective(new InputPerturbation(0.5, 0.05), 1));
    Path whole = folder.resolve("whole");
    Path parts = folder.resolve("parts");
    Trainer.start(noisy, Runs.options(30).build(), whole).run();
    Trainer.start(noisy, Runs.options(17).build(), parts).run();
    Trainer.resume(noisy, Runs.options(30).build(), parts).run();
    assertThat(Runs.bytes(parts.resolve("metrics.csv")))
        .isEqualTo(Runs.bytes(whole.resolve("metrics.csv")));
    assertThat(Runs.variables(parts)).isEqualTo(Runs.variables(whole));
    assertThat(Runs.variables(whole)).isNotEqualTo(Runs.variables(run("plain", 30)));
  }

  @Test
  void howOftenIsValidatedDoesNotChangeTheNoise() {
    Task noisy = Runs.task(new Objective(new InputPerturbation(0.5, 0.05), 0));
    Path often = folder.resolve("often");
    Path seldom = folder.resolve("seldom");
    Trainer.start(noisy, Runs.options(20).validateEvery(1).build(), often).run();
    Trainer.start(noisy, Runs.options(20).validateEvery(20).build(), seldom).run();
    assertThat(Runs.variables(seldom)).isEqualTo(Runs.variables(often));
  }

  @Test
  void aRunWithNoiseIsNotContinuedWithoutIt() {
    Path out = folder.resolve("out");
    Task noisy = Runs.task(new Objective(new InputPerturbation(0.5, 0.05), 0));
    Trainer.start(noisy, Runs.options(5).build(), out).run();
    assertThatThrownBy(() -> Trainer.resume(Runs.task(), Runs.options(9).build(), out))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("input-noise is 0.5 there and absent here");
  }

  @Test
  void endsWhenTheAccuracyHasHeld() {
    TrainingOptions options = Runs.options(500).until(0.9).sustain(30).build();
    TrainingResult result = Trainer.start(easy(), options, folder.resolve("out")).run();
    assertThat(result.ending()).isEqualTo(Ending.SUSTAINED);
    assertThat(result.steps()).isEqualTo(result.sustainedCrossing().getAsInt() + 30);
    assertThat(result.firstCrossing().getAsInt())
        .isLessThanOrEqualTo(result.sustainedCrossing().getAsInt());
  }

  /** Whether the accuracy has held is known at validations alone, which are every 10 steps here. */
  @Test
  void endsAtTheValidationAtWhichTheAccuracyHasHeld() {
    TrainingOptions options = Runs.options(500).until(0.9).sustain(15).build();
    TrainingResult result = Trainer.start(easy(), options, folder.resolve("out")).run();
    assertThat(result.ending()).isEqualTo(Ending.SUSTAINED);
    assertThat(result.steps()).isEqualTo(result.sustainedCrossing().getAsInt() + 20);
  }

  @Test
  void goesOnToTheLastStepIfToldNotToStopEarly() {
    TrainingOptions options = Runs.options(60).until(0.01).sustain(0).stopEarly(false).build();
    TrainingResult result = Trainer.start(easy(), options, folder.resolve("out")).run();
    assertThat(result.ending()).isEqualTo(Ending.STEPS);
    assertThat(result.steps()).isEqualTo(60);
  }

  @Test
  void tellsTheListenerOfEveryStep() {
    List<Progress> progress = new ArrayList<>();
    Trainer.start(Runs.task(), Runs.options(21).build(), folder.resolve("out")).run(progress::add);
    assertThat(progress).extracting(Progress::step).hasSize(21).endsWith(19, 20, 21);
    assertThat(progress.get(8).latest()).isEmpty();
    assertThat(progress.get(9).latest()).map(MetricsRow::step).contains(10);
    assertThat(progress).allMatch(p -> p.stepsPerSecond() > 0 && p.steps() == 21);
  }

  @Test
  void writesMetricsPicturesAndAResult() throws IOException {
    Path out = run("out", 30);
    assertThat(Files.readAllLines(out.resolve("metrics.csv")))
        .hasSize(4)
        .first()
        .isEqualTo(
            "step,train_loss,train_accuracy,validation_loss,validation_accuracy,learning_rate");
    assertThat(ImageIO.read(out.resolve("curves.png").toFile()).getWidth()).isEqualTo(1800);
    assertThat(Files.readString(out.resolve("curves.svg"))).contains("<svg").contains("</svg>");
    assertThat(Files.readString(out.resolve("result.json"))).contains("\"ending\" : \"steps\"");
    try (Stream<Path> files = Files.walk(out)) {
      assertThat(files.map(p -> p.getFileName().toString()).filter(n -> n.startsWith(".")))
          .containsExactly(".lock");
    }
  }

  @Test
  void refusesAFolderWithSomethingInIt() throws IOException {
    Files.writeString(folder.resolve("note.txt"), "mine");
    assertThatThrownBy(() -> Trainer.start(Runs.task(), TrainingOptions.DEFAULTS, folder))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "the output folder "
                + folder
                + " is not empty; choose another one, or resume the run that is in it");
  }

  @Test
  void saysThatTheLossIsNoNumberAnyMore() {
    TrainingOptions options =
        Runs.options(60)
            .adam(AdamOptions.builder().learningRate(1e38).warmupSteps(0).build())
            .build();
    Trainer trainer = Trainer.start(Runs.task(), options, folder.resolve("out"));
    assertThatThrownBy(trainer::run)
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("expected a finite number. Lower the learning rate or lamb");
  }

  private Path run(String name, int steps) {
    Path out = folder.resolve(name);
    Trainer.start(Runs.task(), Runs.options(steps).build(), out).run();
    return out;
  }

  /** Answers that don't depend on the equation: a handful of steps are enough. */
  private static Task easy() {
    return new ConstantTask();
  }
}
