package org.grokfast.tensorflow.find;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.grokfast.tensorflow.graph.FunctionGraphs.UPDATE;
import static org.grokfast.tensorflow.graph.FunctionGraphs.call;
import static org.grokfast.tensorflow.graph.FunctionGraphs.graph;
import static org.grokfast.tensorflow.graph.FunctionGraphs.node;
import static org.grokfast.tensorflow.graph.FunctionGraphs.variable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.grokfast.filter.Ema;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.ArrayFilter;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.NothingToRewriteException;
import org.grokfast.rewrite.RewritePlan;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.rewrite.coverage.UnfilteredVariables;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.UpdateSites;
import org.grokfast.tensorflow.graph.Attrs;
import org.grokfast.tensorflow.rules.TensorFlowRuleTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Assign;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TFloat32;

/** Updates made of plain assignments, with the gradient named by the user. */
class NamedGradientsTest extends TensorFlowRuleTest {
  private static final float RATE = 0.5f;

  NamedGradientsTest() {
    super("by-hand", "the gradients that the user names, for updates that no rule knows");
  }

  @Override
  protected void addCases() {
    rewrite(
            "The inputs that lead to the update of the variable and its slots are redirected",
            """
            w = VarHandleOp
            w/read = ReadVariableOp(w)
            m = VarHandleOp
            m/read = ReadVariableOp(m)
            g = Placeholder
            norm = L2Loss(g)
            moment = AddV2(m/read, g)
            m/update = AssignVariableOp(m, moment)
            rate = Const
            step = Mul(rate, moment)
            update = AssignSubVariableOp(w, step)
            """)
        .named("w", "g:0")
        .finds("w: g → moment")
        .becomes(
            """
            grokfast/w/gradient = Filter(g)
            moment = AddV2(m/read, grokfast/w/gradient)""");
    rewrite(
            "A training op that no rule knows can be named the gradient of",
            """
            w = VarHandleOp
            lr = Const
            g = Placeholder
            lamb = LambApply(w, lr, g)
            """)
        .named("w", "g")
        .finds("w: g → lamb")
        .notRun("TensorFlow has no op LambApply");
    rewrite(
            "A gradient of a function is named with the function before it",
            """
            w = VarHandleOp
            x = Placeholder
            s = StatefulPartitionedCall(w, x) {f=update}
            def update(v, y: float)
              lr = Const
              g = Identity(y)
              up = ResourceApplyGradientDescent(v, lr:output:0, g:output:0)
            """)
        .named("w", "update/g:output:0")
        .finds("w: g:output:0 → up in update");
    rewrite(
            "A gradient that enters a branch is filtered inside it",
            """
            w = VariableV2
            lr = Const
            g = Placeholder
            sometimes = Const {dtype=bool, value=1}
            branch = Switch(g, sometimes)
            up = ApplyGradientDescent(w, lr, branch:1)
            """)
        .named("w", "g")
        .finds("w: branch:1 → up in a branch");
    rewrite(
            "`ScatterNd` makes a new tensor and writes no variable, though its first input be one",
            """
            w = VarHandleOp
            cells = VariableV2 {dtype=int32, shape=2x1}
            shape = Const {dtype=int32, value=[2, 2]}
            g = Placeholder
            spread = ScatterNd(cells, g, shape)
            up = AssignSubVariableOp(w, spread)
            """)
        .named("w", "g")
        .finds("w: g → spread")
        .notRun("the numbers in cells would have to be set first");
    rewrite(
            "A tensor that is not in the graph is refused",
            """
            w = VarHandleOp
            lr = Const
            g = Placeholder
            up = ResourceApplyGradientDescent(w, lr, g)
            """)
        .named("w", "gradients/w")
        .isRefused("gradient 'gradients/w' of variable 'w' is no tensor of the graph");
    rewrite(
            "A tensor that does not lead to the update is refused",
            """
            w = VarHandleOp
            lr = Const
            g = Placeholder
            norm = L2Loss(g)
            up = ResourceApplyGradientDescent(w, lr, g)
            """)
        .named("w", "norm")
        .isRefused("gradient 'norm' reaches no update of variable 'w' alone");
    rewrite(
            "A gradient of some rows that no rule knows is refused",
            """
            w = VarHandleOp {shape=scalar}
            rows = Const {dtype=int32, value=[0]}
            g = Placeholder
            up = ResourceScatterSub(w, rows, g)
            """)
        .named("w", "g")
        .isRefused("is of some rows alone, which 'up' (ResourceScatterSub) places");
    rewrite(
            "So is one that an op scatters by index tuples",
            """
            w = VarHandleOp
            cells = Const {dtype=int32, value=[0, 1]}
            g = Placeholder
            up = ResourceScatterNdSub(w, cells, g)
            """)
        .named("w", "g")
        .isRefused("is of some rows alone, which 'up' (ResourceScatterNdSub) places");
    rewrite(
            "A gradient that both branches take has to name one of them",
            """
            w = VariableV2
            lr = Const
            g = Placeholder
            sometimes = Const {dtype=bool, value=1}
            branch = Switch(g, sometimes)
            slow = ApplyGradientDescent(w, lr, branch)
            fast = ApplyGradientDescent(w, lr, branch:1)
            """)
        .named("w", "g")
        .isRefused("gradient 'g' may be any of branch:0, branch:1; name one of them");
    rewrite(
            "A variable that is none is refused",
            """
            w = Placeholder
            lr = Const
            g = Placeholder
            up = ApplyGradientDescent(w, lr, g)
            """)
        .named("w", "g")
        .isRefused("'w' is no floating-point variable of a fixed shape in this graph");
    rewrite(
            "So is a variable in place of a gradient",
            """
            w = VariableV2
            m = VariableV2
            lr = Const
            g = Placeholder
            up = ApplyMomentum(w, m, lr, g, lr)
            """)
        .named("w", "m")
        .isRefused(
            "gradient 'm' of variable 'w' is a variable itself; name the tensor that the optimizer"
                + " of 'w' takes");
  }

  /** w ← w − rate·m with m ← m + g, and a norm of g that another variable keeps. */
  private static GraphDef momentumByHand() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> zeros = tf.withInitScope().constant(new float[] {0, 0});
      Variable<TFloat32> w = tf.withInitScope().withName("w").variable(Shape.of(2), TFloat32.class);
      Variable<TFloat32> m = tf.withInitScope().withName("m").variable(Shape.of(2), TFloat32.class);
      Variable<TFloat32> norm =
          tf.withInitScope().withName("norm").variable(Shape.scalar(), TFloat32.class);
      tf.withInitScope().assign(w, zeros);
      tf.withInitScope().assign(m, zeros);
      tf.withInitScope().assign(norm, tf.withInitScope().constant(0f));
      Operand<TFloat32> gradient =
          tf.withName("g").placeholder(TFloat32.class, Placeholder.shape(Shape.of(2)));
      Operand<TFloat32> newMomentum = tf.assign(m, tf.math.add(m, gradient));
      Assign<TFloat32> update =
          tf.assign(w, tf.math.sub(w, tf.math.mul(tf.constant(RATE), newMomentum)));
      Assign<TFloat32> norms =
          tf.assign(norm, tf.sum(tf.math.square(gradient), tf.constant(new int[] {0})));
      tf.withName("train").withControlDependencies(update, norms).noOp();
      return graph.toGraphDef();
    }
  }

  @Test
  @Tag("native")
  void anUpdateOfPlainAssignmentsIsNotFoundByARule() {
    assertThatThrownBy(() -> new GraphRewriter(Ema.defaults()).apply(momentumByHand()))
        .isInstanceOf(NothingToRewriteException.class);
  }

  @Test
  @Tag("native")
  void onlyTheOptimizersInputsAreRedirected() {
    RewritePlan plan =
        new GraphRewriter(Ema.defaults()).withGradients(Map.of("w", "g:0")).plan(momentumByHand());
    assertThat(plan.sites()).hasSize(1);
    assertThat(plan.sites().get(0).site().edges())
        .extracting(edge -> edge.node())
        .containsExactly("Add");
  }

  @Test
  @Tag("native")
  void theRewrittenUpdateSeesTheFilteredGradient() {
    GraphDef rewritten =
        new GraphRewriter(Ema.of(0.5, 2))
            .withGradients(Map.of("w", "g"))
            .apply(momentumByHand())
            .graph();
    ArrayFilter oracle = new ArrayFilter(Ema.of(0.5, 2), Precision.FLOAT32, 2);
    double[] momentum = new double[2];
    double[] weights = new double[2];
    try (Graph graph = new Graph()) {
      graph.importGraphDef(rewritten);
      try (Session session = new Session(graph)) {
        session.initialize();
        for (int t = 0; t < 10; t++) {
          float[] g = {t % 3 - 1, 0.25f * t};
          double[] filtered = oracle.step(new double[] {g[0], g[1]});
          for (int i = 0; i < 2; i++) {
            momentum[i] += filtered[i];
            weights[i] -= RATE * momentum[i];
          }
          try (TFloat32 fed = TFloat32.vectorOf(g)) {
            session.runner().feed("g", fed).addTarget("train").run().close();
          }
        }
        try (Result result = session.runner().fetch("w").fetch("norm").run()) {
          float[] w = StdArrays.array1dCopyOf((TFloat32) result.get(0));
          assertThat((double) w[0])
              .isCloseTo(weights[0], org.assertj.core.data.Offset.offset(1e-4));
          assertThat((double) w[1])
              .isCloseTo(weights[1], org.assertj.core.data.Offset.offset(1e-4));
          // The norm still sees the raw gradient of the last step: (−1)² + 2.25².
          assertThat(((TFloat32) result.get(1)).getFloat()).isEqualTo(6.0625f);
        }
      }
    }
  }

  @Test
  @Tag("native")
  void aTensorThatDoesNotExistIsNamed() {
    assertThatThrownBy(
            () ->
                new GraphRewriter(Ema.defaults())
                    .withGradients(Map.of("w", "gradients/w"))
                    .apply(momentumByHand()))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessage("gradient 'gradients/w' of variable 'w' is no tensor of the graph");
  }

  @Test
  @Tag("native")
  void aTensorThatDoesNotReachTheUpdateIsRefused() {
    assertThatThrownBy(
            () ->
                new GraphRewriter(Ema.defaults())
                    .withGradients(Map.of("norm", "Const"))
                    .apply(momentumByHand()))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessageContaining("reaches no update of variable 'norm' alone");
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> refused(
      GraphDef graph, String gradient) {
    return assertThatThrownBy(
            () ->
                new GraphRewriter(Ema.defaults()).withGradients(Map.of("w", gradient)).plan(graph))
        .isInstanceOf(GraphRewriteException.class);
  }

  @Test
  void aGradientInCodeThatXlaCompilesIsRefused() {
    NodeDef compiling =
        call("s", "update", "w").toBuilder().putAttr("_XlaMustCompile", Attrs.bool(true)).build();
    refused(graph(List.of(UPDATE), variable("w"), compiling), "gradient:output:0")
        .hasMessage(
            "gradient 'gradient:output:0' of variable 'w' can't be filtered: update/apply"
                + " (by-hand): updates 'w' in code that XLA compiles, which can keep no state of"
                + " its own; export the model without jit_compile");
  }

  @Test
  void aGradientOfAReferenceVariableInAFunctionIsRefused() {
    NodeDef reference = variable("w").toBuilder().setOp("VariableV2").build();
    refused(graph(List.of(UPDATE), reference, call("s", "update", "w")), "update/gradient")
        .hasMessage(
            "gradient 'update/gradient' of variable 'w' can't be filtered: update/apply (by-hand):"
                + " updates 'w' in a function, which takes resource variables and not references;"
                + " make it a resource variable");
  }

  @Test
  void aGradientOfAScalarsRowsIsRefused() {
    NodeDef scalar = variable("w").toBuilder().putAttr("shape", Attrs.shape(List.of())).build();
    GraphDef graph =
        graph(
            List.of(),
            scalar,
            node("g", "Const"),
            node("rows", "Const"),
            node("apply", "ResourceScatterSub", "w", "rows", "g"));
    refused(graph, "g")
        .hasMessage(
            "gradient 'g' of variable 'w' is of some rows alone, which 'apply'"
                + " (ResourceScatterSub) places, and no rule says which rows these are; leave the"
                + " variable to the rules, or name a gradient of all rows");
  }

  @Test
  void aGradientThatBothBranchesTakeHasToNameOne() {
    GraphDef graph =
        graph(
            List.of(),
            variable("w"),
            node("g", "Const"),
            node("rate", "Const"),
            node("condition", "Const"),
            node("branch", "Switch", "g", "condition"),
            node("slow", "ResourceApplyGradientDescent", "w", "rate", "branch"),
            node("fast", "ResourceApplyGradientDescent", "w", "rate", "branch:1"));
    refused(graph, "g")
        .hasMessage("gradient 'g' may be any of branch:0, branch:1; name one of them");
    UpdateSite site =
        new GraphRewriter(Ema.defaults())
            .withGradients(Map.of("w", "branch:1"))
            .withUnfiltered(UnfilteredVariables.ALLOW)
            .plan(graph)
            .sites()
            .get(0)
            .site();
    assertThat(site.edges()).containsExactly(new GradientEdge("fast", 2));
    assertThat(site.evidence().conditional()).isTrue();
  }

  @Test
  void aMissThatAskedForTheNameOfAGradientIsAnsweredByIt() {
    GraphDef graph =
        graph(List.of(), variable("w"), node("g", "Const"), node("lamb", "LambApply", "w", "g"));
    assertThat(UpdateSites.find(graph)).hasOnlyElementsOfType(NearMiss.class).hasSize(1);
    RewritePlan plan =
        new GraphRewriter(Ema.defaults()).withGradients(Map.of("w", "g")).plan(graph);
    assertThat(plan.sites()).hasSize(1);
    assertThat(plan.misses()).isEmpty();
  }

  @Test
  void aGradientAThousandBranchesDeepIsTakenInTheInnermost() {
    List<NodeDef> nodes =
        new ArrayList<>(List.of(variable("w"), node("s0", "Const"), node("c", "Const")));
    for (int depth = 1; depth <= 1000; depth++) {
      nodes.add(node("s" + depth, "Switch", "s" + (depth - 1), "c"));
    }
    nodes.add(node("apply", "ResourceApplyGradientDescent", "w", "c", "s1000:1"));
    UpdateSite site =
        new GraphRewriter(Ema.defaults())
            .withGradients(Map.of("w", "s0"))
            .plan(graph(List.of(), nodes.toArray(NodeDef[]::new)))
            .sites()
            .get(0)
            .site();
    assertThat(site.gradient()).isEqualTo("s1000:1");
  }
}
