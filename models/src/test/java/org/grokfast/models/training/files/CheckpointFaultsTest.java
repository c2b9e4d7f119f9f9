package org.grokfast.models.training.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.grokfast.models.TrainingException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is changed in a checkpoint is found before anything of it is used, and named. */
class CheckpointFaultsTest {
  private static final String STATE = "state.json";
  private static final String METRICS = "metrics.csv";
  private static final String INDEX = "variables.index";
  private static final String DATA = "variables.data-00000-of-00001";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path run;
  private Path checkpoint;

  @BeforeEach
  void write() throws IOException {
    checkpoint = Files.createDirectories(run.resolve("checkpoints/step-000000020"));
    byte[] bytes = new byte[300];
    new Random(1).nextBytes(bytes);
    Files.write(checkpoint.resolve(DATA), bytes);
    Files.write(checkpoint.resolve(INDEX), Arrays.copyOf(bytes, 70));
    MetricsFile.write(
        checkpoint.resolve(METRICS), List.of(new MetricsRow(20, 0.5, 0.5, 0.25, 0.75, 1e-3)));
    JSON.writeValue(checkpoint.resolve(STATE).toFile(), state(TrainerState.FORMAT, null));
    CheckpointDigests.write(checkpoint);
  }

  private static TrainerState state(int format, SortedMap<String, String> files) {
    return new TrainerState(
        format,
        "parity",
        new TreeMap<>(Map.of("bits", "8")),
        new TreeMap<>(Map.of("batch", "32")),
        Map.of("--bits 0", "--bits=8"),
        20,
        RunningMean.EMPTY,
        1e-3,
        0.5,
        2,
        files);
  }

  private Checkpoints.Loaded newest() {
    return new Checkpoints(run).newest();
  }

  @Test
  void anUntouchedOneIsRead() {
    assertThat(newest().state()).isEqualTo(state(TrainerState.FORMAT, null));
    assertThat(newest().note()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {STATE, METRICS, INDEX, DATA, CheckpointDigests.NAME})
  void aFlippedBitAnywhereIsFoundInItsFile(String name) throws IOException {
    Path file = checkpoint.resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    Random random = new Random(2);
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, changed);
      refused(name, "is not what was written");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {STATE, METRICS, INDEX, DATA, CheckpointDigests.NAME})
  void aCutFileIsNamed(String name) throws IOException {
    Path file = checkpoint.resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    for (int length : List.of(0, 1, bytes.length / 2, bytes.length - 1)) {
      Files.write(file, Arrays.copyOf(bytes, length));
      refused(name, "is not what was written");
    }
    Files.write(file, Arrays.copyOf(bytes, bytes.length + 1));
    refused(name, "is not what was written");
  }

  @ParameterizedTest
  @ValueSource(strings = {STATE, METRICS, INDEX, DATA, CheckpointDigests.NAME})
  void aMissingFileIsNamed(String name) throws IOException {
    Files.delete(checkpoint.resolve(name));
    refused(name, "is missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {STATE, METRICS, INDEX, DATA, CheckpointDigests.NAME})
  void aLinkInThePlaceOfAFileIsRefused(String name) throws IOException {
    Path file = checkpoint.resolve(name);
    Files.move(file, run.resolve(name));
    Files.createSymbolicLink(file, run.resolve(name));
    refused(name, "is");
  }

  @Test
  void anAddedFileIsNamed() throws IOException {
    Files.writeString(checkpoint.resolve("variables.data-00001-of-00002"), "x");
    refused("variables.data-00001-of-00002", "was added");
  }

  @Test
  void anAddedFolderIsNamed() throws IOException {
    Files.createDirectory(checkpoint.resolve("assets"));
    refused("assets", "was added");
  }

  /** Digests that fit make no state of what lacks half of it. */
  @Test
  void aStateWithoutAFieldIsRefused() throws IOException {
    Files.writeString(checkpoint.resolve(STATE), "{\"format\":2,\"task\":\"parity\",\"step\":20}");
    CheckpointDigests.write(checkpoint);
    refused(STATE, "lacks a field");
  }

  @Test
  void anOldOneIsReadWithANoteAndItsDigestsHold() throws IOException {
    Files.delete(checkpoint.resolve(CheckpointDigests.NAME));
    SortedMap<String, String> files = new TreeMap<>();
    for (String name : List.of(METRICS, INDEX, DATA)) {
      files.put(name, Digests.sha256(checkpoint.resolve(name)));
    }
    TrainerState old = state(TrainerState.WITHOUT_OWN_DIGEST, files);
    JSON.writeValue(checkpoint.resolve(STATE).toFile(), old);
    assertThat(newest().state()).isEqualTo(old);
    assertThat(newest().note()).hasValueSatisfying(note -> assertThat(note).contains(STATE));
    Files.writeString(checkpoint.resolve(INDEX), "x");
    refused(INDEX, "is not what was written");
    JSON.writeValue(
        checkpoint.resolve(STATE).toFile(),
        state(TrainerState.WITHOUT_OWN_DIGEST, new TreeMap<>()));
    refused(METRICS, "was added");
  }

  private void refused(String name, String fault) {
    assertThatThrownBy(this::newest)
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("step-000000020 is damaged: " + name)
        .hasMessageContaining(fault)
        .hasMessageNotContaining("\n");
  }
}
