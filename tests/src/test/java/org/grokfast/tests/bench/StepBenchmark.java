package org.grokfast.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.grokfast.models.task.Batch;
import org.grokfast.models.task.Task;
import org.grokfast.tests.bench.BenchmarkTask.Arm;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A training step of each task without a filter and with some, in turn: time, and TensorFlow's
 * statistics of one step. Prints tables as {@code docs/benchmarks.md} has them. No part of the
 * build; run it with
 *
 * <pre>
 *   mvn -B -pl tests -am test -Dtest=StepBenchmark -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 *
 * <p>{@code -Dgrokfast.benchmark.tasks=mnist,qm9} takes some of the tasks, {@code
 * -Dgrokfast.benchmark.rounds=5} other than 15 rounds. With {@code -Dgrokfast.benchmark.folder=DIR}
 * it writes start, batches and what the weights are after 50 steps there as well, with which {@code
 * step_beside.py} beside the sources of the tests takes the same steps in PyTorch.
 */
@Tag("native")
class StepBenchmark {
  private static final int THREADS = 2;
  private static final int ROUNDS = Integer.getInteger("grokfast.benchmark.rounds", 15);

  /** In the first steps TensorFlow allocates what later ones find allocated. */
  private static final int WARM_UP = 3;

  private static final String TASKS = System.getProperty("grokfast.benchmark.tasks", "");
  private static final String FOLDER = System.getProperty("grokfast.benchmark.folder");

  @ParameterizedTest
  @EnumSource
  void printsWhatATrainingStepTakes(BenchmarkTask benchmark) throws Exception {
    if (!TASKS.isEmpty() && !("," + TASKS + ",").contains("," + benchmark.label() + ",")) {
      return;
    }
    Task task = benchmark.task();
    if (FOLDER != null) {
      new StepExport(Path.of(FOLDER, benchmark.label()), benchmark, task).write(THREADS);
    }
    Map<Arm, TrainingStep> steps = new EnumMap<>(Arm.class);
    Rounds rounds = new Rounds(benchmark.stepsARound());
    try (Batch batch = benchmark.batch(task, 0)) {
      for (Arm arm : Arm.values()) {
        TrainingStep step = new TrainingStep(benchmark, task, benchmark.filter(arm), THREADS);
        steps.put(arm, step);
        rounds.add(arm.name(), () -> assertThat(step.run(batch)).isFinite());
      }
      rounds.run(ROUNDS);
      print(benchmark, task, rounds, steps, batch);
    } finally {
      steps.values().forEach(TrainingStep::close);
    }
  }

  private static void print(
      BenchmarkTask benchmark,
      Task task,
      Rounds rounds,
      Map<Arm, TrainingStep> steps,
      Batch batch) {
    long parameters = steps.get(Arm.NONE).parameters();
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            Locale.ROOT,
            """

            %s, %,d parameters%s:

            | | ms | over no filter | nodes | kernels a step | MB allocated | MB at a time | state, bytes a parameter |
            | --- | --- | --- | --- | --- | --- | --- | --- |
            """,
            benchmark.label(),
            parameters,
            task.standIn().map(what -> ", " + what).orElse("")));
    steps.forEach(
        (arm, step) -> {
          for (int i = 0; i < WARM_UP; i++) {
            step.run(batch);
          }
          StepTrace trace = step.trace(batch);
          table.append(
              String.format(
                  Locale.ROOT,
                  "| %s | %.2f | %s | %,d | %,d | %.1f | %.1f | %.2f |%n",
                  arm.label(),
                  rounds.median(arm.name()),
                  arm == Arm.NONE ? "" : rounds.ratio(arm.name(), Arm.NONE.name()).text(2),
                  step.nodes(),
                  trace.kernels(),
                  trace.allocated() / 1e6,
                  trace.peak() / 1e6,
                  (double) step.stateBytes() / parameters));
        });
    System.out.print(table);
  }
}
