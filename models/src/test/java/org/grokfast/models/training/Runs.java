package org.grokfast.models.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.grokfast.models.algorithmic.AlgorithmicTask;
import org.grokfast.models.algorithmic.BinaryOperation;
import org.grokfast.models.algorithmic.DecoderShape;
import org.grokfast.models.algorithmic.ModularArithmetic;
import org.grokfast.models.algorithmic.Objective;
import org.grokfast.models.optimizer.AdamOptions;
import org.grokfast.models.optimizer.OptimizerKind;
import org.grokfast.models.task.Task;
import org.grokfast.models.task.TrainingOptions;

/** A task that takes a millisecond a step, and what its runs leave behind. */
public final class Runs {
  private Runs() {}

  /** 60 training and 61 validation equations. */
  public static Task task() {
    return task(Objective.PLAIN);
  }

  /** The same with another loss. */
  static Task task(Objective objective) {
    ModularArithmetic data = new ModularArithmetic(BinaryOperation.ADD, 11);
    return new AlgorithmicTask(data, 0.5, 5, new DecoderShape(13, 5, 16, 2, 1), objective);
  }

  public static TrainingOptions.Builder options(int steps) {
    return TrainingOptions.builder()
        .optimizer(OptimizerKind.ADAMW)
        .adam(AdamOptions.builder().learningRate(1e-2).weightDecay(1).build())
        .batch(16)
        .steps(steps)
        .checkpointEvery(20)
        .until(1)
        .sustain(1_000)
        .seed(5)
        .threads(2);
  }

  /** The bytes of the newest checkpoint's variables. */
  static byte[] variables(Path out) {
    return bytes(newestCheckpoint(out).resolve("variables.data-00000-of-00001"));
  }

  public static Path newestCheckpoint(Path out) {
    try (Stream<Path> folders = Files.list(out.resolve("checkpoints"))) {
      return folders.sorted().reduce((a, b) -> b).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
