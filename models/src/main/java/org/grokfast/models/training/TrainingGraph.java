package org.grokfast.models.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.models.optimizer.AdamBase;
import org.grokfast.models.task.Task;
import org.grokfast.models.task.TaskGraph;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.tensorflow.live.GrokfastOptimizer;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.framework.optimizers.Optimizer;
import org.tensorflow.framework.optimizers.Optimizer.GradAndVar;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TType;

/** A task's model with its gradients, the filter and the optimizer. */
final class TrainingGraph implements AutoCloseable {
  private final Graph graph;
  private final TaskGraph outputs;
  private final Op update;
  private final Operand<TFloat64> learningRate;
  private final Map<String, String> probes;

  private TrainingGraph(Graph graph, Task task, TrainingOptions options) {
    this.graph = graph;
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
    update = filtered.<Optimizer>map(each -> each).orElse(adam).applyGradients(gradients, "train");
    probes = new LinkedHashMap<>(filtered.map(GrokfastOptimizer::probeTensors).orElse(Map.of()));
    if (!probes.isEmpty()) {
      outputs.measures().forEach((name, measure) -> probes.put(name, measure.op().name()));
    }
    learningRate = adam.learningRate();
  }

  static TrainingGraph build(Task task, TrainingOptions options) {
    Graph graph = new Graph();
    try {
      return new TrainingGraph(graph, task, options);
    } catch (RuntimeException e) {
      graph.close();
      throw e;
    }
  }

  TaskGraph outputs() {
    return outputs;
  }

  Op update() {
    return update;
  }

  Operand<TFloat64> learningRate() {
    return learningRate;
  }

  /** The tensors of what probes and the task measure, by name; empty without probes. */
  Map<String, String> probes() {
    return probes;
  }

  /** A session that runs one operation after the other, each on {@code threads} threads. */
  Session session(int threads) {
    ConfigProto config =
        ConfigProto.newBuilder()
            .setIntraOpParallelismThreads(threads)
            .setInterOpParallelismThreads(1)
            .build();
    return new Session(graph, config);
  }

  @Override
  public void close() {
    graph.close();
  }
}
