package org.grokfast.tests.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.grokfast.models.task.Batch;
import org.grokfast.models.task.Task;
import org.grokfast.tests.bench.BenchmarkTask.Arm;
import org.tensorflow.Tensor;
import org.tensorflow.types.TFloat32;

/**
 * The first steps of a task in files of NumPy, for the same steps elsewhere: {@code
 * start/PARAMETER.npy}, {@code batches/NUMBER/INPUT.npy}, and for each filter that the reference
 * has {@code FILTER/PARAMETER.npy}, the parameters after 50 steps, and {@code FILTER/losses.npy},
 * those before each step. Step k takes batch k modulo their number. A parameter's name has dots for
 * slashes.
 */
final class StepExport {
  private static final int STEPS = Integer.getInteger("grokfast.benchmark.steps", 50);

  private final Path folder;
  private final BenchmarkTask benchmark;
  private final Task task;

  StepExport(Path folder, BenchmarkTask benchmark, Task task) {
    this.folder = folder;
    this.benchmark = benchmark;
    this.task = task;
  }

  /** Makes the steps and writes all files. */
  void write(int threads) throws IOException {
    List<Batch> batches = new ArrayList<>();
    try {
      for (int i = 0; i < Math.min(STEPS, benchmark.batches(task)); i++) {
        Batch batch = benchmark.batch(task, i);
        batches.add(batch);
        Path inputs = folder.resolve("batches/" + i);
        for (Map.Entry<String, Tensor> input : batch.inputs().entrySet()) {
          NpyFile.write(inputs.resolve(input.getKey() + ".npy"), input.getValue());
        }
      }
      for (Arm arm : List.of(Arm.NONE, Arm.EMA, Arm.MA)) {
        try (TrainingStep step =
            new TrainingStep(benchmark, task, benchmark.filter(arm), threads)) {
          step.write(folder.resolve("start"));
          float[] losses = new float[STEPS];
          for (int i = 0; i < STEPS; i++) {
            losses[i] = step.run(batches.get(i % batches.size()));
          }
          Path end = folder.resolve(arm.name().toLowerCase(Locale.ROOT));
          step.write(end);
          try (TFloat32 all = TFloat32.vectorOf(losses)) {
            NpyFile.write(end.resolve("losses.npy"), all);
          }
        }
      }
    } finally {
      batches.forEach(Batch::close);
    }
  }
}
