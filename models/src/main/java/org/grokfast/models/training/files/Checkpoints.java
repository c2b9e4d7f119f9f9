package org.grokfast.models.training.files;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.grokfast.io.DurableFiles;
import org.grokfast.io.FileTrees;
import org.grokfast.models.TrainingException;
import org.tensorflow.Session;

/**
 * The checkpoints of a run: folders {@code step-<number>} of which the newest few are kept. A
 * folder is written under another name, synced to disk and then renamed, so that it's either whole
 * or not there. {@link CheckpointDigests} has the SHA-256 of every file, which are checked before
 * anything is read.
 *
 * <p>Checkpoints of before there was that file are read too: their state lists the SHA-256 of the
 * other files, and is itself taken as it is.
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
    /** What the user should know of how far it was checked. */
    public Optional<String> note() {
      return state.format() == TrainerState.WITHOUT_OWN_DIGEST
          ? Optional.of(
              "the checkpoint "
                  + folder
                  + " is of an older version, without a digest of "
                  + STATE
                  + ", which is taken as it is")
          : Optional.empty();
    }

    public void restore(Session session) {
      restore(prefix -> session.restore(prefix.toString()));
    }

    /**
     * Restores the variables.
     *
     * @param restorer takes the path of their files without the endings
     * @throws TrainingException if it fails
     */
    public void restore(Consumer<Path> restorer) {
      try {
        restorer.accept(variables());
      } catch (RuntimeException e) {
        throw new TrainingException(
            "the checkpoint "
                + folder
                + " can't be restored: "
                + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
            e);
      }
    }

    /** The path of the variables' files without their endings. */
    public Path variables() {
      return folder.resolve(VARIABLES);
    }
  }

  private final Path folder;
  private final int kept;

  public Checkpoints(Path run) {
    this(run, KEPT);
  }

  /**
   * The checkpoints of a run.
   *
   * @param kept how many of the newest are kept when one is saved; 0 for all
   */
  public Checkpoints(Path run, int kept) {
    this.folder = run.resolve("checkpoints");
    this.kept = kept == 0 ? Integer.MAX_VALUE : kept;
  }

  /** Writes a checkpoint, if there is none of this step yet. */
  public Path save(Session session, TrainerState state, List<MetricsRow> rows) {
    return save(prefix -> session.save(prefix.toString()), state, rows);
  }

  /**
   * Writes a checkpoint, if there is none of this step yet.
   *
   * @param saver writes the variables to files with the path that it gets before their endings
   */
  public Path save(Consumer<Path> saver, TrainerState state, List<MetricsRow> rows) {
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
      saver.accept(temporary.resolve(VARIABLES));
      MetricsFile.write(temporary.resolve(METRICS), rows);
      JSON.writeValue(temporary.resolve(STATE).toFile(), state);
      CheckpointDigests.write(temporary);
      DurableFiles.rename(temporary, target);
      List<Path> all = finished();
      for (Path old : all.subList(0, Math.max(0, all.size() - kept))) {
        FileTrees.delete(old);
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
    List<Path> all = all();
    Path newest = all.get(all.size() - 1);
    String advice =
        all.size() > 1
            ? "Remove this folder to continue from " + all.get(all.size() - 2).getFileName()
            : "It can't be continued; start again in a new output folder";
    try {
      return load(newest, advice);
    } catch (TrainingException e) {
      if (Files.exists(newest)) {
        throw e;
      }
      // A run that goes on has removed it for a newer one.
      return newest();
    }
  }

  /**
   * Checks, without reading it, that a folder holds a checkpoint.
   *
   * @throws TrainingException if there is none
   */
  public static void requireAny(Path run) {
    new Checkpoints(run).all();
  }

  private List<Path> all() {
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
    return all;
  }

  /**
   * Reads all checkpoints by step and checks their files.
   *
   * @throws TrainingException if there is none or one isn't as it was written
   */
  public List<Loaded> every() {
    return all().stream()
        .map(path -> load(path, "Remove this folder to go on without it"))
        .toList();
  }

  private static Loaded load(Path checkpoint, String advice) {
    try {
      boolean allDigests = CheckpointDigests.exist(checkpoint);
      if (allDigests) {
        refuse(checkpoint, CheckpointDigests.fault(checkpoint), advice);
      }
      TrainerState state = state(checkpoint, advice);
      if (!allDigests) {
        refuse(checkpoint, faultByState(checkpoint, state), advice);
      }
      return new Loaded(checkpoint, state, MetricsFile.read(checkpoint.resolve(METRICS)));
    } catch (IOException e) {
      throw damaged(checkpoint, e.getMessage(), advice, e);
    }
  }

  private static TrainerState state(Path checkpoint, String advice) {
    TrainerState state;
    try {
      state = JSON.readValue(checkpoint.resolve(STATE).toFile(), TrainerState.class);
    } catch (IOException e) {
      throw damaged(checkpoint, STATE + " is missing or is not what was written", advice, e);
    }
    if (state == null
        || (state.format() != TrainerState.FORMAT
            && state.format() != TrainerState.WITHOUT_OWN_DIGEST)) {
      throw damaged(
          checkpoint, STATE + " has another format than " + TrainerState.FORMAT, advice, null);
    }
    if (!state.isWhole()) {
      throw damaged(checkpoint, STATE + " lacks a field", advice, null);
    }
    return state;
  }

  /** What is wrong with a checkpoint whose only digests are those that its state lists. */
  private static Optional<String> faultByState(Path checkpoint, TrainerState state)
      throws IOException {
    if (state.format() != TrainerState.WITHOUT_OWN_DIGEST) {
      return Optional.of(CheckpointDigests.NAME + " is missing");
    }
    if (state.files() == null) {
      return Optional.of(STATE + " lacks the digests of the other files");
    }
    SortedMap<String, String> digests = new TreeMap<>(state.files());
    digests.put(STATE, Digests.sha256(checkpoint.resolve(STATE)));
    return CheckpointDigests.fault(checkpoint, digests);
  }

  private static void refuse(Path checkpoint, Optional<String> fault, String advice) {
    fault.ifPresent(
        what -> {
          throw damaged(checkpoint, what, advice, null);
        });
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
      FileTrees.delete(unfinished);
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
}
