package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.grokfast.tensorflow.AdamOrderPass;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.framework.optimizers.Adam;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;

/** The framework's own Adam, whose first step of rate 0.1 must lead from 1 to 0.9. */
@Tag("native")
class AdamOrderTest {
  private static final int SESSIONS = 20;

  @TempDir Path folder;

  @Test
  void theFirstStepIsExactWhereThePowersAreOrdered() throws IOException {
    String[] train = new String[1];
    GraphDef original = framework(train);
    assertThat(AdamOrderPass.find(original)).hasSize(2);
    assertThat(original.getNodeList()).anyMatch(node -> node.getName().startsWith("Init"));
    Path in = Fixtures.write(folder, "in.pb", original);
    Path out = folder.resolve("out.pb");
    Cli.Run run = Cli.run("rewrite", in, "-o", out, "--lamb", 0, "--fix-adam-order");
    assertThat(run.code()).as(run.err()).isZero();
    GraphDef fixed = GraphDef.parseFrom(Files.readAllBytes(out));
    assertThat(AdamOrderPass.find(fixed)).isEmpty();
    for (int i = 0; i < SESSIONS; i++) {
      assertThat(firstStep(fixed, train[0])).isCloseTo(0.9f, within(1e-5f));
    }
  }

  private static GraphDef framework(String[] train) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Variable<TFloat32> w = tf.withInitScope().withName("w").variable(Shape.of(1), TFloat32.class);
      tf.withInitScope().assign(w, tf.withInitScope().constant(new float[] {1}));
      train[0] = new Adam(graph, 0.1f).minimize(tf.sum(tf.identity(w), tf.constant(0))).op().name();
      return graph.toGraphDef();
    }
  }

  private static float firstStep(GraphDef graphDef, String train) {
    try (Graph graph = new Graph()) {
      graph.importGraphDef(graphDef);
      try (Session session = new Session(graph)) {
        session.initialize();
        session.runner().addTarget(train).run().close();
        try (var result = session.runner().fetch("w").run()) {
          return ((TFloat32) result.get(0)).getFloat(0);
        }
      }
    }
  }
}
