package org.example;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.grokfast.Grokfast;
import org.grokfast.filter.Ema;
import org.grokfast.tensorflow.live.WrappedGraph;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;

/**
 * Trains a GraphDef that TensorFlow 1 wrote, with a filter, in the way of Spark NLP and Tribuo:
 * they import a graph and run nodes of it by name. Takes the file; its nodes are called "init",
 * "train", "loss", "x" (rows of three numbers) and "y" (rows of two).
 */
public final class TrainGraphDef {
  private TrainGraphDef() {}

  public static void main(String[] args) throws IOException {
    GraphDef def = GraphDef.parseFrom(Files.readAllBytes(Path.of(args[0])));
    try (Graph graph = new Graph()) {
      graph.importGraphDef(def);
      WrappedGraph wrapped = Grokfast.wrap(graph, graph.operation("train"), Ema.of(0.9, 2));
      System.out.println(wrapped.report().toText());

      try (Session session = new Session(graph);
          TFloat32 x = TFloat32.tensorOf(Shape.of(4, 3));
          TFloat32 y = TFloat32.tensorOf(Shape.of(4, 2))) {
        x.scalars().forEachIndexed((at, value) -> value.setFloat(at[0] - at[1]));
        y.scalars().forEachIndexed((at, value) -> value.setFloat(at[0] * at[1]));
        session.runner().addTarget("init").run();
        session.runner().addTarget(WrappedGraph.INIT_OP).run(); // the state of the filter
        for (int step = 0; step <= 200; step++) {
          try (Result result =
              session
                  .runner()
                  .feed("x", x)
                  .feed("y", y)
                  .fetch("loss")
                  .addTarget(wrapped.trainOp())
                  .run()) {
            if (step % 50 == 0) {
              System.out.printf("step %d loss %.4f%n", step, ((TFloat32) result.get(0)).getFloat());
            }
          }
        }
      }
    }
  }
}
