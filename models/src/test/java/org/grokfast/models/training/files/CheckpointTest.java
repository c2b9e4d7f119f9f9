package org.grokfast.models.training.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.io.FileTrees;
import org.grokfast.models.TrainingException;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.models.training.ConstantTask;
import org.grokfast.models.training.Runs;
import org.grokfast.models.training.TrainedModel;
import org.grokfast.models.training.Trainer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class CheckpointTest {
  @TempDir private static Path original;

  @TempDir private Path folder;
  private Path out;

  @BeforeAll
  static void run() {
    TrainingOptions options = Runs.options(25).arguments(Map.of("op", "add")).build();
    Trainer.start(Runs.task(), options, original).run();
  }

  @BeforeEach
  void copy() throws IOException {
    out = folder.resolve("out");
    try (Stream<Path> files = Files.walk(original)) {
      for (Path file : files.toList()) {
        Files.copy(file, out.resolve(original.relativize(file).toString()));
      }
    }
  }

  @Test
  void theNewestTwoAreKept() throws IOException {
    Trainer.resume(Runs.task(), Runs.options(45).build(), out).run();
    try (Stream<Path> folders = Files.list(out.resolve("checkpoints"))) {
      assertThat(folders.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder("step-000000040", "step-000000045");
    }
  }

  @Test
  void aRunIsKnownFromItsFolder() {
    SavedRun saved = SavedRun.read(out);
    assertThat(saved.task()).isEqualTo("algorithmic");
    assertThat(saved.step()).isEqualTo(25);
    assertThat(saved.arguments()).containsExactly(Map.entry("op", "add"));
    assertThat(saved.settings()).containsEntry("prime", "11");
    assertThat(saved.trajectory()).containsEntry("batch", "16");
  }

  @Test
  void aTruncatedFileIsNamedWithTheWayBack() throws IOException {
    Path file = Runs.newestCheckpoint(out).resolve("variables.data-00000-of-00001");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(this::resume)
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("step-000000025 is damaged: variables.data-00000-of-00001 (")
        .hasMessageEndingWith("Remove this folder to continue from step-000000020");
  }

  @Test
  void theCheckpointBeforeADamagedOneContinues() throws IOException {
    FileTrees.delete(Runs.newestCheckpoint(out));
    assertThat(resume().run().steps()).isEqualTo(60);
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    Files.delete(Runs.newestCheckpoint(out).resolve("variables.index"));
    assertThatThrownBy(this::resume).hasMessageContaining("variables.index is missing");
  }

  @Test
  void aBrokenStateIsNamed() throws IOException {
    Files.writeString(Runs.newestCheckpoint(out).resolve("state.json"), "{\"format\" : 1,");
    assertThatThrownBy(this::resume)
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("state.json (14 bytes) is not what was written");
  }

  @Test
  void anotherFormatIsRefused() throws IOException {
    Path checkpoint = Runs.newestCheckpoint(out);
    Files.writeString(checkpoint.resolve("state.json"), "{\"format\" : 3}");
    CheckpointDigests.write(checkpoint);
    assertThatThrownBy(this::resume).hasMessageContaining("has another format than 2");
  }

  @Test
  void otherOptionsAreListed() {
    TrainingOptions other = Runs.options(60).batch(8).seed(1).build();
    assertThatThrownBy(() -> Trainer.resume(Runs.task(), other, out))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining(
            "belongs to another run: batch is 16 there and 8 here; seed is 5 there and 1 here");
  }

  @Test
  void ofALongValueThePartThatDiffersIsShown() {
    Ema ema = Ema.defaults();
    Path filtered = folder.resolve("filtered");
    Trainer.start(Runs.task(), Runs.options(2).filter(ema).build(), filtered).run();
    FilterOptions options = FilterOptions.builder().compensateLearningRate(true).build();
    TrainingOptions other = Runs.options(2).filter(ema.withOptions(options)).build();
    assertThatThrownBy(() -> Trainer.resume(Runs.task(), other, filtered))
        .hasMessageContaining(
            "belongs to another run: filter is ...compensate-lr=false, tunable=true) there and"
                + " ...compensate-lr=true, tunable=true) here. Give");
  }

  @Test
  void anotherTaskIsRefused() {
    assertThatThrownBy(() -> Trainer.resume(new ConstantTask(), Runs.options(60).build(), out))
        .hasMessageContaining("task is algorithmic there and constant here");
  }

  @Test
  void aFolderWithoutACheckpointIsRefused() {
    Path empty = folder.resolve("empty");
    assertThatThrownBy(() -> SavedRun.read(empty))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("no checkpoint in " + empty.resolve("checkpoints"));
  }

  @Test
  void aRefusedResumeChangesNoFile() throws IOException {
    Path file = Runs.newestCheckpoint(out).resolve("metrics.csv");
    Files.writeString(file, "nonsense");
    byte[] metrics = Runs.bytes(out.resolve("metrics.csv"));
    assertThatThrownBy(this::resume).isInstanceOf(TrainingException.class);
    assertThat(Runs.bytes(out.resolve("metrics.csv"))).isEqualTo(metrics);
    assertThat(Files.readString(file)).isEqualTo("nonsense");
  }

  /** Digests that fit don't make variables of what is none. */
  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void variablesThatCannotBeRestoredEndARunAndAnExport() throws IOException {
    Path checkpoint = Runs.newestCheckpoint(out);
    Files.writeString(checkpoint.resolve("variables.index"), "garbage");
    CheckpointDigests.write(checkpoint);
    assertThatThrownBy(() -> resume().run())
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("step-000000025 can't be restored: ")
        .hasMessageNotContaining("\n");
    assertThatThrownBy(() -> TrainedModel.load(Runs.task(), out))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("step-000000025 can't be restored: ");
  }

  /** What keeps the event file from being made, closes what was opened for it. */
  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aFileInThePlaceOfTheEventsEndsTheRun() throws IOException {
    FileTrees.delete(out.resolve("events"));
    Files.writeString(out.resolve("events"), "x");
    assertThatThrownBy(() -> resume().run())
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("no event file can be written into " + out.resolve("events"))
        .hasMessageNotContaining("\n");
  }

  @Test
  void aFolderHasOneWriter() {
    Trainer first = resume();
    assertThatThrownBy(this::resume)
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("another run writes into " + out);
    first.stop();
    first.run();
    assertThat(resume().run().steps()).isEqualTo(60);
  }

  private Trainer resume() {
    return Trainer.resume(Runs.task(), Runs.options(60).build(), out);
  }
}
