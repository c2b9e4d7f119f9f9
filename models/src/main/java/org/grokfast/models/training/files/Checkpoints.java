package org.grokfast.models.training.files;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.grokfast.models.TrainingException;
import org.tensorflow.Session;

/**
 * The checkpoints of a run: folders {@code step-<number>} of which the newest two are kept. A
 * folder is written under another name and then renamed, so that it's either whole or not there.
 * The state lists the SHA-256 of the other files, which are checked before anything is read.
 */
public final class Checkpoints {
  private static final String PREFIX = "step-";
  private static final String TEMPORARY = ".writing-";
  private static final String VARIABLES = "variables";
  private static final String METRICS = "metrics.csv";
  private static final String STATE = "state.json";
  private static final int KEPT = 2;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** A checkpoint whose files are as they were written. */
  public record Loaded(Path folder, TrainerState state, List<MetricsRow> rows) {
    public void restore(Session session) {
      session.restore(folder.resolve(VARIABLES).toString());
    }
  }

  private final Path folder;

  public Checkpoints(Path run) {
    this.folder = run.resolve("checkpoints");
  }

  /** Writes a checkpoint; the state's list of files is filled in. */
  public Path save(Session session, TrainerState state, List<MetricsRow> rows) {
    String name = PREFIX + String.format(Locale.ROOT, "%09d", state.step());
    Path target = folder.resolve(name);
    Path temporary = folder.resolve(TEMPORARY + name);
    try {
      Files.createDirectories(folder);
      if (Files.exists(target)) {
        return target;
      }
      removeUnfinished();
      Files.createDirectory(temporary);
      session.save(temporary.resolve(VARIABLES).toString());
      MetricsFile.write(temporary.resolve(METRICS), rows);
      JSON.writeValue(temporary.resolve(STATE).toFile(), withFiles(state, digests(temporary)));
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      List<Path> all = finished();
      for (Path old : all.subList(0, Math.max(0, all.size() - KEPT))) {
        AtomicFiles.deleteTree(old);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the checkpoint " + target, e);
    }
    return target;
  }

  /**
   * Reads the newest checkpoint and checks its files.
   *
   * @throws TrainingException if there is none or it isn't as it was written
   */
  public Loaded newest() {
    List<Path> all;
    try {
      all = Files.isDirectory(folder) ? finished() : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
    if (all.isEmpty()) {
      throw new TrainingException(
          "no checkpoint in "
              + folder
              + "; expected a folder "
              + PREFIX
              + "<number>. Give the output folder of a run that was started before");
    }
    Path newest = all.get(all.size() - 1);
    String advice =
        all.size() > 1
            ? "Remove this folder to continue from " + all.get(all.size() - 2).getFileName()
            : "It can't be continued; start again in a new output folder";
    return load(newest, advice);
  }

  private static Loaded load(Path checkpoint, String advice) {
    Path file = checkpoint.resolve(STATE);
    TrainerState state;
    try {
      state = JSON.readValue(file.toFile(), TrainerState.class);
    } catch (IOException e) {
      throw damaged(checkpoint, STATE + " is missing or is not what was written", advice, e);
    }
    if (state == null || state.format() != TrainerState.FORMAT || state.files() == null) {
      throw damaged(checkpoint, STATE + " has another format than 1", advice, null);
    }
    try {
      for (var entry : state.files().entrySet()) {
        Path path = checkpoint.resolve(entry.getKey());
        if (!Files.isRegularFile(path)) {
          throw damaged(checkpoint, entry.getKey() + " is missing", advice, null);
        }
        if (!Digests.sha256(path).equals(entry.getValue())) {
          throw damaged(
              checkpoint,
              entry.getKey() + " (" + Files.size(path) + " bytes) is not what was written",
              advice,
              null);
        }
      }
      return new Loaded(checkpoint, state, MetricsFile.read(checkpoint.resolve(METRICS)));
    } catch (IOException e) {
      throw damaged(checkpoint, e.getMessage(), advice, e);
    }
  }

  private static TrainingException damaged(
      Path checkpoint, String what, String advice, Throwable cause) {
    return new TrainingException(
        "the checkpoint " + checkpoint + " is damaged: " + what + ". " + advice, cause);
  }

  private List<Path> finished() throws IOException {
    return entries(PREFIX);
  }

  private void removeUnfinished() throws IOException {
    for (Path unfinished : entries(TEMPORARY)) {
      AtomicFiles.deleteTree(unfinished);
    }
  }

  private List<Path> entries(String prefix) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(p -> p.getFileName().toString().startsWith(prefix))
          .sorted(Comparator.comparing(p -> p.getFileName().toString()))
          .toList();
    }
  }

  private static SortedMap<String, String> digests(Path checkpoint) throws IOException {
    SortedMap<String, String> digests = new TreeMap<>();
    try (Stream<Path> files = Files.list(checkpoint)) {
      for (Path file : files.toList()) {
        digests.put(file.getFileName().toString(), Digests.sha256(file));
      }
    }
    return digests;
  }

  private static TrainerState withFiles(TrainerState s, SortedMap<String, String> files) {
    return new TrainerState(
        s.format(),
        s.task(),
        s.settings(),
        s.trajectory(),
        s.arguments(),
        s.step(),
        s.epoch(),
        s.crossing(),
        s.learningRate(),
        s.seconds(),
        files);
  }
}
