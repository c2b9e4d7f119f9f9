package org.grokfast.models.training.files;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.grokfast.models.TrainingException;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TType;

/**
 * Metrics as a TensorBoard event file, written by TensorFlow's summary operations in a small graph
 * of their own. Closing it flushes the file.
 */
public final class EventFile implements AutoCloseable {
  static final String TRAIN_LOSS = "loss/train";
  static final String TRAIN_ACCURACY = "accuracy/train";
  static final String VALIDATION_LOSS = "loss/validation";
  static final String VALIDATION_ACCURACY = "accuracy/validation";
  static final String LEARNING_RATE = "learning_rate";

  /** What stands before the name of a probe. */
  static final String PROBE = "probe/";

  private static final int QUEUED_EVENTS = 100;
  private static final int FLUSH_MILLISECONDS = 10_000;

  /** The operation that writes one tag, and its input. */
  private record Scalar(Placeholder<TFloat32> value, Op write) {}

  private final Graph graph;
  private final Session session;
  private final Placeholder<TInt64> step;
  private final Operand<? extends TType> writer;
  private final Op close;
  private final List<Scalar> scalars = new ArrayList<>();

  /** Starts a new file in a folder, which is made if it doesn't exist. */
  public EventFile(Path folder) {
    this(folder, List.of());
  }

  /**
   * The same for rows with probes.
   *
   * @param probes the names of what they measure, in the order of the rows
   */
  public EventFile(Path folder, Collection<String> probes) {
    graph = new Graph();
    Op create;
    try {
      Ops tf = Ops.create(graph);
      writer = tf.summary.summaryWriter().writer();
      step = tf.placeholder(TInt64.class, Placeholder.shape(Shape.scalar()));
      create =
          tf.summary.createSummaryFileWriter(
              writer,
              tf.constant(folder.toString()),
              tf.constant(QUEUED_EVENTS),
              tf.constant(FLUSH_MILLISECONDS),
              tf.constant(""));
      List<String> tags =
          new ArrayList<>(
              List.of(
                  TRAIN_LOSS, TRAIN_ACCURACY, VALIDATION_LOSS, VALIDATION_ACCURACY, LEARNING_RATE));
      probes.forEach(name -> tags.add(PROBE + name));
      for (String tag : tags) {
        Placeholder<TFloat32> value =
            tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
        scalars.add(
            new Scalar(
                value, tf.summary.writeScalarSummary(writer, step, tf.constant(tag), value)));
      }
      close = tf.summary.closeSummaryWriter(writer);
      session = new Session(graph);
    } catch (RuntimeException e) {
      graph.close();
      throw e;
    }
    try {
      session.run(create);
    } catch (RuntimeException e) {
      // First the session: closing a graph waits for the sessions on it.
      session.close();
      graph.close();
      throw new TrainingException(
          "no event file can be written into "
              + folder
              + ": "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse("")
              + ". It has to be a folder that can be written to",
          e);
    }
  }

  /** Adds the numbers of a row that there are. */
  public void write(MetricsRow row) {
    List<Double> values =
        new ArrayList<>(
            List.of(
                row.trainLoss(),
                row.trainAccuracy(),
                row.validationLoss(),
                row.validationAccuracy(),
                row.learningRate()));
    values.addAll(row.probes().values());
    List<TFloat32> tensors = new ArrayList<>();
    try (TInt64 number = TInt64.scalarOf(row.step())) {
      Session.Runner runner = session.runner().feed(step, number);
      for (int i = 0; i < values.size(); i++) {
        if (!Double.isNaN(values.get(i))) {
          TFloat32 tensor = TFloat32.scalarOf(values.get(i).floatValue());
          tensors.add(tensor);
          runner.feed(scalars.get(i).value(), tensor).addTarget(scalars.get(i).write());
        }
      }
      runner.run().close();
    } finally {
      tensors.forEach(TFloat32::close);
    }
  }

  @Override
  public void close() {
    try {
      session.run(close);
    } finally {
      session.close();
      graph.close();
    }
  }
}
