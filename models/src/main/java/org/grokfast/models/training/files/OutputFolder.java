package org.grokfast.models.training.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.grokfast.models.TrainingException;

/** Where the files of a run lie. */
public record OutputFolder(Path path) {

  /**
   * Takes the folder for the run that writes it.
   *
   * @throws TrainingException if another run has it, or it is a file
   */
  public static FolderLock lock(Path path) {
    return FolderLock.take(path)
        .orElseThrow(
            () ->
                new TrainingException(
                    "another run writes into "
                        + path
                        + "; wait until it has ended, or choose another output folder"));
  }

  /**
   * A new folder.
   *
   * @throws TrainingException if something is in it already
   */
  public static OutputFolder create(Path path) {
    try {
      try (Stream<Path> entries = Files.list(path)) {
        if (entries.anyMatch(entry -> !entry.getFileName().toString().equals(FolderLock.NAME))) {
          throw new TrainingException(
              "the output folder "
                  + path
                  + " is not empty; choose another one, or resume the run that is in it");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the output folder " + path, e);
    }
    return new OutputFolder(path);
  }

  public Path metrics() {
    return path.resolve("metrics.csv");
  }

  public Path events() {
    return path.resolve("events");
  }

  public Path png() {
    return path.resolve("curves.png");
  }

  public Path svg() {
    return path.resolve("curves.svg");
  }

  public Path result() {
    return path.resolve("result.json");
  }
}
