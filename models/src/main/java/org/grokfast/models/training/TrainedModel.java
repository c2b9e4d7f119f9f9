package org.grokfast.models.training;

import java.nio.file.Path;
import java.util.List;
import org.grokfast.models.TrainingException;
import org.grokfast.models.task.TaskGraph;
import org.grokfast.models.task.TaskModel;
import org.grokfast.models.training.files.Checkpoints;
import org.grokfast.models.training.files.TrainerState;
import org.grokfast.tensorflow.serving.InferenceGraph;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** The model of a run, without gradients and optimizer, with the values of its last checkpoint. */
public final class TrainedModel implements AutoCloseable {
  private final Graph graph;
  private final Session session;
  private final TaskGraph outputs;

  private TrainedModel(Graph graph, TaskModel task, Checkpoints.Loaded checkpoint) {
    this.graph = graph;
    outputs = task.build(Ops.create(graph));
    session = new Session(graph);
    try {
      checkpoint.restore(session);
    } catch (RuntimeException e) {
      // Closing a graph waits for the sessions on it.
      session.close();
      throw e;
    }
  }

  /**
   * Builds the model and gives it the values of the newest checkpoint.
   *
   * @param task the model of the task that was trained, with the same settings
   * @param out the run's output folder
   * @throws TrainingException if there is no checkpoint, it is damaged, or it is another task's
   */
  public static TrainedModel load(TaskModel task, Path out) {
    Checkpoints.Loaded checkpoint = new Checkpoints(out).newest();
    TrainerState state = checkpoint.state();
    if (!state.task().equals(task.name()) || !state.settings().equals(task.settings())) {
      throw new TrainingException(
          "the checkpoint "
              + checkpoint.folder()
              + " is of task "
              + state.task()
              + " "
              + state.settings()
              + ", not of "
              + task.name()
              + " "
              + task.settings()
              + ". Give the task with the settings of the run");
    }
    Graph graph = new Graph();
    try {
      return new TrainedModel(graph, task, checkpoint);
    } catch (RuntimeException e) {
      graph.close();
      throw e;
    }
  }

  /** The session that holds the values. */
  public Session session() {
    return session;
  }

  /**
   * How the model is called: its placeholders under their names, and the predictions as {@code
   * logits}, or as {@code output} for a regression.
   *
   * @param key the signature's name
   */
  public Signature signature(String key) {
    GraphDef needed =
        InferenceGraph.prune(
            graph.toGraphDef(), List.of(outputs.output().asOutput().op().name() + ":0"));
    Signature.Builder signature = Signature.builder(key);
    for (NodeDef node : needed.getNodeList()) {
      if (node.getOp().equals("Placeholder")) {
        signature.input(node.getName(), graph.outputOrThrow(node.getName() + ":0"));
      }
    }
    return signature
        .output(outputs.accuracy().isPresent() ? "logits" : "output", outputs.output())
        .build();
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
