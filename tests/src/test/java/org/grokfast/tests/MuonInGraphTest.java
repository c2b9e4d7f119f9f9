package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.grokfast.Grokfast;
import org.grokfast.filter.Ema;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.Unfiltered;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.ArrayPasses;
import org.grokfast.pass.Lookahead;
import org.grokfast.pass.Muon;
import org.grokfast.pass.StepPass;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.graph.Provenance;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.live.WrapOptions;
import org.grokfast.tensorflow.live.WrappedGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Muon in place of the update of a matrix, next to the same on plain arrays. */
@Tag("native")
class MuonInGraphTest {
  private static final int STEPS = 7;
  private static final Muon MUON = Muon.of(0.05, "^w$").withDecay(0.5);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "REFERENCE",
        "RESOURCE",
        "FUNCTION",
        "LIVE",
        "LIVE_RESOURCE",
        "LIVE_FUNCTION",
        // The update itself is what is run.
        "APPLY",
        "APPLY_RESOURCE",
        "LIVE_APPLY"
      })
  void theMatrixIsThatOfPlainArrays(String form) {
    for (StepPass[] passes :
        new StepPass[][] {{Muon.of(0.05, "^w$")}, {MUON}, {MUON, Lookahead.of(2, 0.25)}}) {
      compare(form, passes);
    }
  }

  private static void compare(String form, StepPass... passes) {
    GraphDef graph =
        form.endsWith("FUNCTION")
            ? AlgebraInGraphTest.inFunction()
            : AlgebraInGraphTest.graph(form.endsWith("RESOURCE"), DataType.DT_FLOAT, 3, 4);
    var filter = Unfiltered.with(passes);
    GraphDef rewritten = new GraphRewriter(filter).apply(graph).graph();
    assertThat(FilterStripper.apply(rewritten).toByteArray()).isEqualTo(graph.toByteArray());
    boolean live = form.startsWith("LIVE");
    ArrayPasses oracle = new ArrayPasses(filter.options().passes(), Precision.FLOAT32, 3, 4);
    double[] expected = new double[12];
    double[] gradient = new double[12];
    try (GraphRun run = new GraphRun(live ? graph : rewritten)) {
      String train = form.contains("APPLY") ? "w/apply" : "train";
      if (live) {
        train = Grokfast.wrap(run.graph(), run.graph().operation(train), filter).trainOp().name();
      }
      run.initialize();
      for (int step = 0; step < STEPS; step++) {
        for (int i = 0; i < gradient.length; i++) {
          gradient[i] = (i * 5 + step) % 7 - 3;
        }
        expected = oracle.step(expected, gradient);
        run.step(train, "shaped", "g", DataType.DT_FLOAT, gradient);
        assertThat(run.fetch("w/Read")).containsExactly(expected, within(1e-5));
      }
    }
  }

  /** Each optimizer's update of {@code w} is another op, or several, and goes. */
  @ParameterizedTest
  @EnumSource(FrameworkOptimizer.class)
  void whateverTheOptimizerEachFormGivesTheSameBits(FrameworkOptimizer kind) {
    GradientFilter filter = PassesInGraphTest.with(Ema.of(0.9, 2), MUON, Lookahead.of(3, 0.5));
    List<List<Integer>> bits = Training.run(kind, filter, Training.Form.GRAPH_DEF, STEPS);
    assertThat(Training.run(kind, filter, Training.Form.WRAPPED, STEPS)).isEqualTo(bits);
    if (kind != FrameworkOptimizer.NADAM) {
      assertThat(Training.run(kind, filter, Training.Form.OPTIMIZER, STEPS)).isEqualTo(bits);
    }
    assertThat(Training.run(kind, Ema.of(0.9, 2), Training.Form.GRAPH_DEF, STEPS))
        .isNotEqualTo(bits);
    GraphDef plain = Training.unfiltered(kind).graph();
    GraphDef rewritten = new GraphRewriter(filter).apply(plain).graph();
    assertThat(FilterStripper.apply(rewritten)).isEqualTo(plain);
    assertThat(rewritten.getNodeList())
        .noneMatch(node -> node.getOp().startsWith("Apply") && node.getInput(0).equals("w"));
  }

  /** What was copied is not run: of an update in several ops, slots would move twice. */
  @ParameterizedTest
  @EnumSource(FrameworkOptimizer.class)
  void aWrappedGraphRunsCopiesAndNotWhatTheyAreCopiesOf(FrameworkOptimizer kind) {
    Training plain = Training.unfiltered(kind);
    try (Graph graph = new Graph()) {
      graph.importGraphDef(plain.graph());
      String train =
          Grokfast.wrap(graph, graph.operationOrThrow(plain.trainOp()), Unfiltered.with(MUON))
              .trainOp()
              .name();
      Map<String, NodeDef> nodes = new HashMap<>();
      graph.toGraphDef().getNodeList().forEach(node -> nodes.put(node.getName(), node));
      Set<String> copied = new HashSet<>();
      nodes.values().stream()
          .filter(node -> node.containsAttr(Provenance.COPY_OF))
          .forEach(node -> copied.add(Provenance.text(node, Provenance.COPY_OF).orElseThrow()));
      Set<String> run = new HashSet<>();
      Deque<String> todo = new ArrayDeque<>(List.of(train));
      while (!todo.isEmpty()) {
        String name = todo.remove();
        if (run.add(name)) {
          nodes.get(name).getInputList().forEach(in -> todo.add(TensorName.nodeOf(in)));
        }
      }
      assertThat(run).doesNotContainAnyElementsOf(copied);
    }
  }

  @Test
  void aSessionChangesTheRate() {
    GraphDef graph = AlgebraInGraphTest.graph(true, DataType.DT_FLOAT, 3, 4);
    double[] gradient = {1, -2, 3, -1, 2, -3, 1, 2, 3, -1, -2, -3};
    try (GraphRun run = new GraphRun(graph)) {
      WrappedGraph wrapped =
          Grokfast.wrap(
              run.graph(),
              run.graph().operation("train"),
              WrapOptions.ofPasses(Muon.of(0.05, "^w$")));
      String train = wrapped.trainOp().name();
      run.initialize();
      run.step(train, "shaped", "g", DataType.DT_FLOAT, gradient);
      double[] before = run.fetch("w/Read");
      wrapped.set(run.session(), "muon.lr", 0);
      run.step(train, "shaped", "g", DataType.DT_FLOAT, gradient);
      assertThat(run.fetch("w/Read")).isEqualTo(before);
      wrapped.set(run.session(), "muon.lr", 0.1);
      run.step(train, "shaped", "g", DataType.DT_FLOAT, gradient);
      assertThat(run.fetch("w/Read")).isNotEqualTo(before);
      assertThatThrownBy(() -> wrapped.set(run.session(), "muon.lr", -1))
          .isInstanceOf(GraphRewriteException.class)
          .hasMessage("muon.lr must be finite and >= 0, was -1.0");
    }
  }
}
