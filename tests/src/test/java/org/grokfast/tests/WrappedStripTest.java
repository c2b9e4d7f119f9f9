package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.grokfast.Grokfast;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterDescription;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.live.GrokfastOptimizer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.framework.optimizers.Momentum;
import org.tensorflow.op.Op;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Stripping, and refusing to rewrite again, what was put into a live graph. */
@Tag("native")
class WrappedStripTest {
  private static final Ema FILTER = Ema.of(0.9, 2);

  @TempDir Path folder;

  @Test
  void aWrappedGraphStripsToTheGraphBefore() {
    try (Graph graph = new Graph()) {
      Op train = new Momentum(graph, 0.1f).minimize(SmallModel.loss(graph));
      GraphDef before = graph.toGraphDef();
      Grokfast.wrap(graph, train, FILTER);
      assertThat(FilterStripper.apply(graph.toGraphDef())).isEqualTo(before);
    }
  }

  @Test
  void aSaverThatWasMadeForAWrappedGraphKeepsItFromBeingStripped() {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Op train = new Momentum(graph, 0.1f).minimize(SmallModel.loss(graph));
      Grokfast.wrap(graph, train, FILTER);
      session.initialize();
      session.save(folder.resolve("wrapped").toString());
      GraphDef saved = graph.toGraphDef();
      assertThatThrownBy(() -> FilterStripper.apply(saved))
          .isInstanceOf(GraphRewriteException.class)
          .hasMessageStartingWith("node 'save/")
          .hasMessageContaining(" takes the filter's state but was added after the filter")
          .hasMessageEndingWith("strip the graph as it was before that node");
    }
  }

  @Test
  void theGraphOfAGrokfastOptimizerStripsToThatOfTheOptimizer() {
    try (Graph plain = new Graph();
        Graph filtered = new Graph()) {
      new Momentum(plain, 0.1f).minimize(SmallModel.loss(plain));
      new GrokfastOptimizer(new Momentum(filtered, 0.1f), FILTER)
          .minimize(SmallModel.loss(filtered));
      assertThat(byName(FilterStripper.apply(filtered.toGraphDef())))
          .isEqualTo(byName(plain.toGraphDef()));
    }
  }

  private static Map<String, NodeDef> byName(GraphDef graph) {
    return graph.getNodeList().stream().collect(Collectors.toMap(NodeDef::getName, node -> node));
  }

  @Test
  void wrappingAWrappedTrainOpIsRefused() {
    try (Graph graph = new Graph()) {
      Op train = new Momentum(graph, 0.1f).minimize(SmallModel.loss(graph));
      var wrapped = Grokfast.wrap(graph, train, FILTER);
      assertThatThrownBy(() -> Grokfast.wrap(graph, wrapped.trainOp(), FILTER))
          .isInstanceOf(GraphRewriteException.class)
          .hasMessageStartingWith(
              "the graph already holds "
                  + FilterDescription.brief(FILTER.describe())
                  + " at node '");
    }
  }

  @Test
  void rewritingTheGraphDefOfAFilteredLiveGraphIsRefused() {
    try (Graph graph = new Graph()) {
      new GrokfastOptimizer(new Momentum(graph, 0.1f), FILTER).minimize(SmallModel.loss(graph));
      GraphDef def = graph.toGraphDef();
      assertThatThrownBy(() -> new GraphRewriter(FILTER).apply(def))
          .hasMessageStartingWith(
              "the graph already holds "
                  + FilterDescription.brief(FILTER.describe())
                  + " at node '");
    }
  }

  @Test
  void theTrainOpOfAnotherGraphIsRefused() {
    try (Graph graph = new Graph();
        Graph other = new Graph()) {
      Op train = new Momentum(graph, 0.1f).minimize(SmallModel.loss(graph));
      assertThatThrownBy(() -> Grokfast.wrap(other, train, FILTER))
          .isInstanceOf(GraphRewriteException.class)
          .hasMessage(
              "train op '" + train.op().name() + "' belongs to another graph than the one given");
    }
  }
}
