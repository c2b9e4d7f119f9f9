package org.grokfast.tests.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.grokfast.filter.GradientFilter;
import org.grokfast.models.task.Batch;
import org.grokfast.models.task.Task;
import org.grokfast.models.task.TaskGraph;
import org.grokfast.models.training.TrainingGraph;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto.Dim;
import org.tensorflow.types.TFloat32;

/** The training step of a task, with a filter or without, as {@code grokfast train} runs it. */
final class TrainingStep implements AutoCloseable {
  private final Task task;
  private final TrainingGraph graph;
  private final Session session;

  /**
   * Builds the graph and gives the variables their initial values.
   *
   * @param threads within an operation; the first session of the process decides for all
   */
  TrainingStep(BenchmarkTask benchmark, Task task, Optional<GradientFilter> filter, int threads) {
    this.task = task;
    graph = TrainingGraph.build(task, benchmark.options(filter));
    session = graph.session(threads);
    session.initialize();
  }

  /** An update that gives what a run logs of it. */
  private Session.Runner runner(Batch batch) {
    TaskGraph outputs = graph.outputs();
    Session.Runner runner = session.runner();
    batch.inputs().forEach(runner::feed);
    runner.fetch(outputs.loss());
    outputs.trainingAccuracy().ifPresent(runner::fetch);
    graph.learningRate().ifPresent(runner::fetch);
    return runner.addTarget(graph.update());
  }

  /** Makes an update; returns the loss before it. */
  float run(Batch batch) {
    try (Result result = runner(batch).run()) {
      return ((TFloat32) result.get(0)).getFloat();
    }
  }

  /** Makes an update; returns TensorFlow's statistics of it. */
  StepTrace trace(Batch batch) {
    return StepTrace.of(runner(batch));
  }

  private GraphDef graphDef() {
    return ((Graph) graph.outputs().loss().env()).toGraphDef();
  }

  /** How many nodes the graph has. */
  int nodes() {
    return graphDef().getNodeCount();
  }

  /** The bytes of the variables that a filter has inserted. */
  long stateBytes() {
    return graphDef().getNodeList().stream()
        .filter(node -> node.getName().startsWith("grokfast/"))
        .filter(node -> node.getOp().equals("VariableV2"))
        .mapToLong(TrainingStep::bytes)
        .sum();
  }

  private static long bytes(NodeDef variable) {
    long elements =
        variable.getAttrOrThrow("shape").getShape().getDimList().stream()
            .mapToLong(Dim::getSize)
            .reduce(1, Math::multiplyExact);
    return switch (variable.getAttrOrThrow("dtype").getType()) {
      case DT_FLOAT, DT_INT32 -> Float.BYTES * elements;
      case DT_INT64, DT_DOUBLE -> Long.BYTES * elements;
      default -> throw new IllegalStateException("the state has an unknown type: " + variable);
    };
  }

  /** How many trainable numbers the model has. */
  long parameters() {
    return graph.outputs().parameters();
  }

  /** Writes the model's parameters into a folder, dots for slashes in their names. */
  void write(Path folder) throws IOException {
    List<String> names = parameterNames();
    Session.Runner runner = session.runner();
    names.forEach(runner::fetch);
    try (Result result = runner.run()) {
      for (int i = 0; i < names.size(); i++) {
        NpyFile.write(folder.resolve(names.get(i).replace('/', '.') + ".npy"), result.get(i));
      }
    }
  }

  private List<String> parameterNames() {
    try (Graph model = new Graph()) {
      task.build(Ops.create(model));
      return model.toGraphDef().getNodeList().stream()
          .filter(node -> node.getOp().equals("VariableV2"))
          .map(NodeDef::getName)
          .toList();
    }
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
