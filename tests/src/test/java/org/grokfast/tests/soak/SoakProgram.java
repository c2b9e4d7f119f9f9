package org.grokfast.tests.soak;

import java.nio.file.Path;
import org.grokfast.Grokfast;
import org.grokfast.filter.Ema;
import org.grokfast.models.algorithmic.AlgorithmicTask;
import org.grokfast.models.algorithmic.BinaryOperation;
import org.grokfast.models.algorithmic.DecoderShape;
import org.grokfast.models.algorithmic.Equations;
import org.grokfast.models.algorithmic.ModularArithmetic;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.models.training.Trainer;
import org.grokfast.tensorflow.live.WrappedGraph;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.framework.optimizers.Momentum;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/** The process of a soak: works, and writes what it holds as it goes, a line a sample. */
final class SoakProgram {
  /** Trains for so many seconds, in an output folder. */
  static final String TRAINING = "training";

  /** Wraps, runs and closes so many graphs. */
  static final String ROUNDS = "rounds";

  private static final int SAMPLES = 200;
  private static final int PRIME = 97;

  /** Often, so that a handle left by each shows within seconds. */
  private static final int CHECKPOINT_EVERY = 50;

  private long start = System.nanoTime();
  private double nextSample;

  private SoakProgram() {}

  /**
   * Runs a part.
   *
   * @param args the part, its seconds or its rounds, and for training the output folder
   */
  public static void main(String[] args) {
    SoakProgram program = new SoakProgram();
    switch (args[0]) {
      case TRAINING -> program.train(Double.parseDouble(args[1]), Path.of(args[2]));
      case ROUNDS -> program.rounds(Integer.parseInt(args[1]));
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  private double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  /** A small decoder of x / y mod 97 with a filter, its validations, checkpoints and metrics. */
  private void train(double duration, Path folder) {
    // Libraries are loaded, and threads and files that stay are opened, by a first run.
    trainer(folder.resolve("first"), 8 * CHECKPOINT_EVERY).run();
    System.out.println(Sample.settled(0, 0).toLine());
    Trainer trainer = trainer(folder.resolve("long"), Integer.MAX_VALUE);
    int[] done = new int[1];
    start = System.nanoTime();
    trainer.run(
        progress -> {
          done[0] = progress.step();
          if (seconds() >= nextSample) {
            nextSample = seconds() + duration / SAMPLES;
            System.out.println(Sample.now(seconds(), progress.step()).toLine());
          }
          if (seconds() >= duration) {
            trainer.stop();
          }
        });
    System.out.println(Sample.settled(seconds(), done[0]).toLine());
  }

  private static Trainer trainer(Path folder, int steps) {
    TrainingOptions options =
        TrainingOptions.builder()
            .filter(Ema.of(0.98, 2))
            .batch(64)
            .steps(steps)
            .validateEvery(CHECKPOINT_EVERY)
            .checkpointEvery(CHECKPOINT_EVERY)
            .stopEarly(false)
            .threads(1)
            .build();
    ModularArithmetic data = new ModularArithmetic(BinaryOperation.DIV, PRIME);
    DecoderShape shape = new DecoderShape(data.tokens(), Equations.LENGTH + 1, 32, 2, 1);
    return Trainer.start(new AlgorithmicTask(data, 0.5, 0, shape), options, folder);
  }

  private void rounds(int rounds) {
    // Libraries are loaded, and threads that stay are started, by the first rounds.
    int warm = Math.max(2, rounds / 20);
    for (int round = 0; round < warm; round++) {
      round();
    }
    System.out.println(Sample.settled(seconds(), 0).toLine());
    for (int round = 1; round <= rounds; round++) {
      round();
      if (round * (long) SAMPLES / rounds != (round - 1) * (long) SAMPLES / rounds) {
        System.out.println(Sample.now(seconds(), round).toLine());
      }
    }
    System.out.println(Sample.settled(seconds(), rounds).toLine());
  }

  private static void round() {
    try (Graph graph = new Graph()) {
      Op train = new Momentum(graph, 0.1f, 0.9f, false).minimize(loss(graph));
      WrappedGraph wrapped = Grokfast.wrap(graph, train, Ema.of(0.9, 2));
      try (Session session = new Session(graph);
          TFloat32 x =
              TFloat32.tensorOf(Shape.of(4, 16), t -> t.scalars().forEach(s -> s.setFloat(1)))) {
        session.initialize();
        session.runner().feed("x", x).addTarget(wrapped.trainOp()).run().close();
      }
    }
  }

  private static Operand<TFloat32> loss(Graph graph) {
    Ops tf = Ops.create(graph);
    Placeholder<TFloat32> x =
        tf.withName("x").placeholder(TFloat32.class, Placeholder.shape(Shape.of(4, 16)));
    Operand<TFloat32> y = x;
    for (int layer = 0; layer < 4; layer++) {
      Ops init = tf.withInitScope();
      Variable<TFloat32> w = init.withName("w" + layer).variable(Shape.of(16, 16), TFloat32.class);
      init.assign(w, init.fill(init.constant(new int[] {16, 16}), init.constant(0.1f)));
      y = tf.math.tanh(tf.linalg.matMul(y, tf.identity(w)));
    }
    return tf.math.mean(tf.math.square(y), tf.array(0, 1));
  }
}
