package sample;

import java.nio.file.Files;
import java.nio.file.Path;
import org.grokfast.Grokfast;
import org.grokfast.filter.Ema;
import org.grokfast.io.Formats;
import org.grokfast.io.ReadOptions;
import org.grokfast.tensorflow.live.WrappedGraph;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.framework.optimizers.GradientDescent;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/** Wraps a live graph, trains, saves, restores and reads a file. */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws Exception {
    System.out.println("named=" + Grokfast.class.getModule().isNamed());
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Variable<TFloat32> w = tf.withInitScope().withName("w").variable(Shape.of(2), TFloat32.class);
      tf.withInitScope().assign(w, tf.withInitScope().constant(new float[] {1, 2}));
      var loss = tf.reduceSum(tf.math.square(tf.identity(w)), tf.constant(0));
      Op train = new GradientDescent(graph, 0.5f).minimize(loss);
      Path file = Path.of(args[0], "original.pb");
      Files.write(file, graph.toGraphDef().toByteArray());

      WrappedGraph wrapped = Grokfast.wrap(graph, train, Ema.of(0.5, 1));
      System.out.println("json=" + wrapped.report().toJson().contains("\"w\""));
      session.initialize();
      wrapped.set(session, "lamb", 0.5);
      session.run(wrapped::trainOp);
      try (Result result = session.runner().fetch("w").run()) {
        TFloat32 value = (TFloat32) result.get(0);
        System.out.println("w=" + value.getFloat(0) + "," + value.getFloat(1));
      }
      String checkpoint = Path.of(args[0], "checkpoint").toString();
      session.save(checkpoint);
      System.out.println("continues=" + wrapped.restore(session, checkpoint).filterContinues());
      System.out.println("kind=" + Formats.read(file, ReadOptions.DEFAULTS).kind());
    }
  }
}
