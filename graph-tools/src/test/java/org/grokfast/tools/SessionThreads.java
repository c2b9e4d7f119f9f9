package org.grokfast.tools;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.grokfast.Grokfast;
import org.grokfast.filter.Ema;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Session;
import org.tensorflow.framework.optimizers.GradientDescent;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

/**
 * Wraps a graph, trains it in a session with so many threads, and prints how many the process has.
 */
final class SessionThreads {
  private SessionThreads() {}

  /** Takes the number of threads. */
  public static void main(String[] args) throws Exception {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Variable<TFloat32> weight = tf.withName("w").variable(tf.constant(0.5f));
      Operand<TFloat32> loss = tf.math.square(tf.math.sub(weight, tf.constant(2f)));
      Op train = new GradientDescent(graph, 0.1f).minimize(loss);
      Operation wrapped = Grokfast.wrap(graph, train, Ema.of(0.98, 2)).trainOp();
      ConfigProto config =
          ConfigProto.newBuilder()
              .setIntraOpParallelismThreads(Integer.parseInt(args[0]))
              .setInterOpParallelismThreads(1)
              .build();
      try (Session session = new Session(graph, config)) {
        session.initialize();
        session.runner().addTarget(wrapped).run();
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
          System.out.println(List.of(threads.toArray()).size());
        }
      }
    }
  }
}
