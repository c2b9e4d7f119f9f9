package org.grokfast.models.training;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.models.SessionConfig;
import org.grokfast.models.optimizer.AdamBase;
import org.grokfast.models.task.OwnStep;
import org.grokfast.models.task.Task;
import org.grokfast.models.task.TaskGraph;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.tensorflow.live.GrokfastOptimizer;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Session;
import org.tensorflow.framework.optimizers.Optimizer;
import org.tensorflow.framework.optimizers.Optimizer.GradAndVar;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TType;

/** A task's model with its gradients, the filter and the optimizer; or a step that it came with. */
public final class TrainingGraph implements AutoCloseable {
  private final Origin origin;
  private final TaskGraph outputs;
  private final Operation update;
  private final Optional<Operand<TFloat64>> learningRate;
  private final Map<String, String> probes;

  /** Whose graph it is: it opens sessions, and knows how their variables are kept. */
  private interface Origin extends AutoCloseable {
    Session session(int threads);

    void save(Session session, Path prefix);

    void restore(Session session, Path prefix);

    @Override
    void close();
  }

  /** A graph that is built here. */
  private record Built(Graph graph) implements Origin {
    @Override
    public Session session(int threads) {
      return new Session(graph, SessionConfig.oneByOne(threads));
    }

    @Override
    public void save(Session session, Path prefix) {
      session.save(prefix.toString());
    }

    @Override
    public void restore(Session session, Path prefix) {
      session.restore(prefix.toString());
    }

    @Override
    public void close() {
      graph.close();
    }
  }

  /** A graph that came with a session of its own, whose threads it was loaded with. */
  private record Loaded(OwnStep step) implements Origin {
    @Override
    public Session session(int threads) {
      return step.session();
    }

    @Override
    public void save(Session session, Path prefix) {
      step.save(prefix);
    }

    @Override
    public void restore(Session session, Path prefix) {
      step.restore(prefix);
    }

    @Override
    public void close() {
      step.close();
    }
  }

  private TrainingGraph(Graph graph, Task task, TrainingOptions options) {
    origin = new Built(graph);
    Ops tf = Ops.create(graph);
    outputs = task.buildForTraining(tf);
    AdamBase adam = options.optimizer().create(graph, options.adam());
    // The framework takes every variable for a parameter, so the gradients come before all state.
    List<GradAndVar<? extends TType>> gradients = new ArrayList<>();
    for (GradAndVar<?> pair : adam.computeGradients(outputs.loss())) {
      gradients.add(pair);
    }
    if (options.clipNorm() > 0) {
      gradients = GradientClipping.clip(tf.withSubScope("clip"), gradients, options.clipNorm());
    }
    // The filter, if there is one, sees the gradients before anything the optimizer does.
    Optional<GrokfastOptimizer> filtered =
        options
            .filter()
            .map(filter -> new GrokfastOptimizer(adam, filter).learningRate(adam::learningRate));
    update =
        filtered.<Optimizer>map(each -> each).orElse(adam).applyGradients(gradients, "train").op();
    probes = new LinkedHashMap<>(filtered.map(GrokfastOptimizer::probeTensors).orElse(Map.of()));
    if (!probes.isEmpty()) {
      outputs.measures().forEach((name, measure) -> probes.put(name, measure.op().name()));
    }
    learningRate = Optional.of(adam.learningRate());
  }

  private TrainingGraph(OwnStep step) {
    origin = new Loaded(step);
    outputs = step.outputs();
    update = step.update();
    probes = step.probes();
    learningRate = Optional.empty();
  }

  /**
   * Builds or loads what a run of the task runs.
   *
   * @throws IllegalArgumentException if the options don't fit the task
   */
  public static TrainingGraph build(Task task, TrainingOptions options) {
    if (task.hasOwnStep()) {
      return new TrainingGraph(task.ownStep(options.filter(), options.threads()));
    }
    Graph graph = new Graph();
    try {
      return new TrainingGraph(graph, task, options);
    } catch (RuntimeException e) {
      graph.close();
      throw e;
    }
  }

  /** What the task's model gives. */
  public TaskGraph outputs() {
    return outputs;
  }

  /** What makes an update. */
  public Operation update() {
    return update;
  }

  /** The rate of the step that is being run; nothing where the graph came with its optimizer. */
  public Optional<Operand<TFloat64>> learningRate() {
    return learningRate;
  }

  /** The tensors of what probes and the task measure, by name; empty without probes. */
  Map<String, String> probes() {
    return probes;
  }

  /** A session that runs one operation after the other, each on {@code threads} threads. */
  public Session session(int threads) {
    return origin.session(threads);
  }

  /** Writes the variables of a session of this graph. */
  void save(Session session, Path prefix) {
    origin.save(session, prefix);
  }

  /** Restores what was written. */
  void restore(Session session, Path prefix) {
    origin.restore(session, prefix);
  }

  @Override
  public void close() {
    origin.close();
  }
}
