package org.grokfast.models.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.models.task.Batch;
import org.grokfast.models.task.Split;
import org.grokfast.models.task.Task;
import org.grokfast.models.task.TaskGraph;
import org.grokfast.models.training.files.RunningMean;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/** Runs batches through a session: an update, or a validation over batches that are kept. */
final class BatchRunner implements AutoCloseable {
  /** Larger than a training batch: a validation keeps no activations for the gradients. */
  private static final int VALIDATION_BATCH = 1024;

  /**
   * What one run gives.
   *
   * @param accuracy NaN for a regression
   * @param learningRate NaN for a validation, and where the graph came with its optimizer
   */
  record Outcome(double loss, double accuracy, double learningRate) {}

  private final TrainingGraph graph;
  private final Session session;
  private final Task task;
  private final List<Batch> validation = new ArrayList<>();

  BatchRunner(TrainingGraph graph, Session session, Task task) {
    this.graph = graph;
    this.session = session;
    this.task = task;
    int size = task.examples(Split.VALIDATION);
    for (int start = 0; start < size; start += VALIDATION_BATCH) {
      int[] examples = new int[Math.min(VALIDATION_BATCH, size - start)];
      for (int i = 0; i < examples.length; i++) {
        examples[i] = start + i;
      }
      validation.add(task.batch(Split.VALIDATION, examples));
    }
  }

  /**
   * One update. The loss and the accuracy are those before it.
   *
   * @param further values of inputs beside the batch's; they are closed
   */
  Outcome update(int[] examples, Map<String, Tensor> further) {
    try (Batch batch = task.batch(Split.TRAINING, examples);
        Batch others = new Batch(further, batch.size());
        Result result = update(batch, others)) {
      double rate =
          graph.learningRate().isPresent()
              ? ((TFloat64) result.get(result.size() - 1)).getDouble()
              : Double.NaN;
      return outcome(result, rate);
    }
  }

  private Result update(Batch batch, Batch others) {
    TaskGraph outputs = graph.outputs();
    Session.Runner runner = fed(runner(batch, outputs.loss(), outputs.trainingAccuracy()), others);
    graph.learningRate().ifPresent(runner::fetch);
    return runner.addTarget(graph.update()).run();
  }

  /** The means over all validation examples. */
  Outcome validate() {
    TaskGraph outputs = graph.outputs();
    RunningMean mean = RunningMean.EMPTY;
    for (Batch batch : validation) {
      try (Result result = runner(batch, outputs.validationLoss(), outputs.accuracy()).run()) {
        Outcome outcome = outcome(result, Double.NaN);
        mean = mean.plus(outcome.loss(), outcome.accuracy(), batch.size());
      }
    }
    return new Outcome(mean.loss(), mean.accuracy(), Double.NaN);
  }

  /**
   * What the probes measured last and what the task measures of some examples, by name; empty
   * without probes. It is run by itself, so that a step of a run with probes is that of one
   * without.
   */
  Map<String, Double> probes(int[] examples) {
    if (graph.probes().isEmpty()) {
      return Map.of();
    }
    try (Batch batch = task.batch(Split.TRAINING, examples)) {
      Session.Runner runner = session.runner();
      fed(runner, batch);
      graph.probes().values().forEach(runner::fetch);
      Map<String, Double> values = new LinkedHashMap<>();
      try (Result result = runner.run()) {
        int next = 0;
        for (String name : graph.probes().keySet()) {
          values.put(name, (double) ((TFloat32) result.get(next++)).getFloat());
        }
      }
      return values;
    }
  }

  private Session.Runner runner(
      Batch batch, Operand<TFloat32> loss, Optional<Operand<TFloat32>> accuracy) {
    Session.Runner runner = fed(session.runner(), batch);
    runner.fetch(loss);
    accuracy.ifPresent(runner::fetch);
    return runner;
  }

  private static Session.Runner fed(Session.Runner runner, Batch batch) {
    batch.inputs().forEach(runner::feed);
    return runner;
  }

  private Outcome outcome(Result result, double rate) {
    double accuracy =
        graph.outputs().accuracy().isPresent() ? ((TFloat32) result.get(1)).getFloat() : Double.NaN;
    return new Outcome(((TFloat32) result.get(0)).getFloat(), accuracy, rate);
  }

  @Override
  public void close() {
    validation.forEach(Batch::close);
  }
}
