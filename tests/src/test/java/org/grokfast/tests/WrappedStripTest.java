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
import org.grokfast.tensorflow.live.WrapOptions;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.framework.optimizers.Momentum;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
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

  /** With and without the saver that wrapping adds. */
  @ParameterizedTest
  @EnumSource
  void aSaverThatWasMadeForAWrappedGraphIsShortened(WrapOptions.Saver saver) {
    try (Graph plain = new Graph();
        Graph graph = new Graph();
        Session plainSession = new Session(plain);
        Session session = new Session(graph)) {
      new Momentum(plain, 0.1f).minimize(SmallModel.loss(plain));
      GraphDef unsaved = plain.toGraphDef();
      plainSession.save(folder.resolve("plain").toString());
      Op train = new Momentum(graph, 0.1f).minimize(SmallModel.loss(graph));
      Grokfast.wrap(graph, train, new WrapOptions(FILTER, saver, false));
      session.initialize();
      session.save(folder.resolve("wrapped").toString());
      GraphDef saved = graph.toGraphDef();
      // A saver that wrapping added goes with the filter; the one of TensorFlow Java stays.
      assertThat(byName(FilterStripper.apply(saved)))
          .isEqualTo(byName(saver == WrapOptions.Saver.NEVER ? plain.toGraphDef() : unsaved));
      assertThat(byName(FilterStripper.applyToMetaGraph(GraphParts.of(saved)).graphDef()))
          .isEqualTo(byName(plain.toGraphDef()));
    }
  }

  @Test
  void whatWaitsForTheWrappedTrainOpWaitsForTheOriginalThen() {
    try (Graph graph = new Graph()) {
      Op train = new Momentum(graph, 0.1f).minimize(SmallModel.loss(graph));
      Op wrapped = Grokfast.wrap(graph, train, FILTER)::trainOp;
      Ops tf = Ops.create(graph);
      tf.withName("after").withControlDependencies(wrapped).constant(1f);
      GraphDef stripped = FilterStripper.apply(graph.toGraphDef());
      assertThat(byName(stripped).get("after").getInputList())
          .containsExactly("^" + train.op().name());
    }
  }

  @Test
  void whatReadsStateKeepsAGraphFromBeingStripped() {
    try (Graph graph = new Graph()) {
      Op train = new Momentum(graph, 0.1f).minimize(SmallModel.loss(graph));
      Grokfast.wrap(graph, train, FILTER);
      Output<?> state = graph.outputOrThrow("grokfast/w/ema:0");
      Ops.create(graph).withName("reader").identity(state);
      GraphDef def = graph.toGraphDef();
      assertThatThrownBy(() -> FilterStripper.apply(def))
          .isInstanceOf(GraphRewriteException.class)
          .hasMessage(
              "node 'reader' (Identity) takes what the pass inserted but was added after it; strip"
                  + " the graph as it was before that node");
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
  void wrappingATrainOpTwiceIsRefused() {
    try (Graph graph = new Graph()) {
      Op train = new Momentum(graph, 0.1f).minimize(SmallModel.loss(graph));
      Grokfast.wrap(graph, train, FILTER);
      String name = train.op().name();
      assertThatThrownBy(() -> Grokfast.wrap(graph, train, FILTER))
          .isInstanceOf(GraphRewriteException.class)
          .hasMessage(
              "train op '"
                  + name
                  + "' is wrapped already; run 'grokfast/train/"
                  + name
                  + "' in its place");
    }
  }

  @Test
  void aGrokfastOptimizerInAnotherIsRefused() {
    try (Graph graph = new Graph()) {
      var inner = new GrokfastOptimizer(new Momentum(graph, 0.1f), FILTER);
      assertThatThrownBy(() -> new GrokfastOptimizer(inner, FILTER))
          .isInstanceOf(GraphRewriteException.class)
          .hasMessage(
              "the optimizer Momentum has a filter already; give a Chain of filters to one"
                  + " GrokfastOptimizer");
    }
  }

  @Test
  void theTrainOpOfAGrokfastOptimizerIsNotWrapped() {
    try (Graph graph = new Graph()) {
      Op train =
          new GrokfastOptimizer(new Momentum(graph, 0.1f), FILTER).minimize(SmallModel.loss(graph));
      assertThatThrownBy(() -> Grokfast.wrap(graph, train, FILTER))
          .isInstanceOf(GraphRewriteException.class)
          .hasMessageStartingWith("the graph already holds ema(alpha=0.9");
    }
  }

  @Test
  void aNullTrainOpIsAnsweredWithTheOpsThatTrain() {
    try (Graph graph = new Graph()) {
      Op train = new Momentum(graph, 0.1f).minimize(SmallModel.loss(graph));
      assertThatThrownBy(() -> Grokfast.wrap(graph, graph.operation("trian"), FILTER))
          .isInstanceOf(GraphRewriteException.class)
          .hasMessage(
              "the train op is null: Graph.operation gives null where there is no op of that name;"
                  + " ops that train: '"
                  + train.op().name()
                  + "'");
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
