package org.grokfast.tests.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import org.example.guide.LibraryGuide;
import org.grokfast.filter.Chain;
import org.grokfast.filter.FilterDescription;
import org.grokfast.proof.SiteProof;
import org.grokfast.tensorflow.file.GraphFileReader;
import org.grokfast.tensorflow.live.WrappedGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.framework.optimizers.Adam;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/** What the pages show of the library does what they say. */
@Tag("native")
class GuideTest {
  private static final Path RESOURCES = CodeBlocks.ROOT.resolve("tests/src/test/resources");

  private static Operand<TFloat32> loss(Graph graph) {
    Ops tf = Ops.create(graph);
    Variable<TFloat32> kernel = variable(tf.withInitScope(), "kernel", 0.3f);
    Variable<TFloat32> head = variable(tf.withInitScope(), "head.kernel", 0.5f);
    Placeholder<TFloat32> x =
        tf.withName("x").placeholder(TFloat32.class, Placeholder.shape(Shape.of(3)));
    Operand<TFloat32> hidden = tf.math.tanh(tf.math.mul(x, tf.identity(kernel)));
    Operand<TFloat32> error = tf.math.sub(tf.math.mul(hidden, tf.identity(head)), x);
    return tf.math.mean(tf.math.square(error), tf.constant(0));
  }

  private static Variable<TFloat32> variable(Ops init, String name, float value) {
    Variable<TFloat32> variable = init.withName(name).variable(Shape.of(3), TFloat32.class);
    init.assign(variable, init.constant(new float[] {value, -value, 2 * value}));
    return variable;
  }

  private static TFloat32 batch() {
    return TFloat32.tensorOf(StdArrays.ndCopyOf(new float[] {-1, 0.5f, 2}));
  }

  @Test
  void theReadmesProgramTrainsAndProvesItsGradients() {
    try (Graph graph = new Graph();
        Session session = new Session(graph);
        TFloat32 batch = batch()) {
      WrappedGraph wrapped = LibraryGuide.readme(graph, loss(graph), session, batch);
      assertThat(wrapped.stateVariables()).contains("grokfast/kernel/ema");
      List<SiteProof> proofs = LibraryGuide.running(wrapped, session, batch);
      assertThat(proofs)
          .hasSize(2)
          .allMatch(proof -> proof.verdict() == SiteProof.Verdict.GRADIENT);
    }
  }

  @Test
  void aLiveGraphTrainsAndSomeOfItsVariablesAreFiltered() {
    try (Graph graph = new Graph();
        TFloat32 batch = batch()) {
      assertThat(LibraryGuide.live(graph, loss(graph), batch).stateVariables())
          .contains("grokfast/kernel/ema", "grokfast/head.kernel/ema");
    }
    try (Graph graph = new Graph()) {
      WrappedGraph wrapped =
          LibraryGuide.options(graph, new Adam(graph, 1e-3f).minimize(loss(graph)));
      assertThat(wrapped.report().plan().sites()).hasSize(2);
    }
  }

  @Test
  void probesMeasureAWrappedGraph() {
    try (Graph graph = new Graph();
        Session session = new Session(graph);
        TFloat32 batch = batch()) {
      var train = new Adam(graph, 1e-3f).minimize(loss(graph));
      // In the first step the average is the gradient, and so the filtered one is parallel to it.
      assertThat(LibraryGuide.probes(graph, train, session, batch)).isCloseTo(1, within(1e-5));
    }
  }

  @Test
  void passesGoAroundTheUpdates() {
    try (Graph graph = new Graph()) {
      var train = new Adam(graph, 1e-3f).minimize(loss(graph));
      assertThat(LibraryGuide.passes(graph, train).stateVariables())
          .contains("grokfast/kernel/lookahead/slow", "grokfast/kernel/ema");
    }
  }

  @Test
  void anOptimizerIsWrapped() {
    try (Graph graph = new Graph()) {
      LibraryGuide.optimizer(graph, loss(graph));
      assertThat(graph.operation("grokfast/kernel/window")).isNotNull();
    }
  }

  @Test
  void aGraphDefComesBack() {
    var graph = new GraphFileReader().read(RESOURCES.resolve("graphs/resource_adam.pb")).graph();
    assertThat(LibraryGuide.graphDef(graph)).isTrue();
  }

  @Test
  void aSignatureIsWrapped() {
    try (SavedModelBundle bundle =
        SavedModelBundle.load(
            RESOURCES.resolve("interop/savedmodel/k3_adam").toString(), "serve")) {
      assertThat(LibraryGuide.signature(bundle).stateVariables()).isNotEmpty();
    }
  }

  @Test
  void theChainIsTheOneOfItsText() {
    Chain chain = LibraryGuide.chain();
    assertThat(FilterDescription.parseText("ema(alpha=0.9, lamb=1.5), perp")).isEqualTo(chain);
  }
}
