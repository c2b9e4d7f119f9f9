package org.grokfast.tensorflow.cover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.grokfast.rewrite.coverage.Coverage;
import org.grokfast.rewrite.coverage.Fate;
import org.grokfast.rewrite.coverage.VariableFate;
import org.grokfast.rules.GraphText;
import org.grokfast.tensorflow.UpdateSites;
import org.grokfast.tensorflow.graph.Program;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.grokfast.tensorflow.rules.GraphDefText;
import org.junit.jupiter.api.Test;

/** What becomes of variables, by kind; each kind beside what must not be taken for it. */
class StepCoverageTest {
  /** A linear model with the gradients of w and b, of which a training op takes that of w. */
  private static final String MODEL =
      """
      x = Placeholder {shape=4x3}
      y = Placeholder {shape=4x2}
      w = VarHandleOp {shape=3x2}
      w/read = ReadVariableOp(w)
      b = VarHandleOp {shape=2}
      b/read = ReadVariableOp(b)
      product = MatMul(x, w/read)
      sum = AddV2(product, b/read)
      difference = Sub(sum, y)
      squares = Square(difference)
      all_axes = Const {dtype=int32, value=[0, 1]}
      loss = Mean(squares, all_axes)
      first_axis = Const {dtype=int32, value=[0]}
      gb = Sum(difference, first_axis)
      gw = MatMul(x, difference) {transpose_a=true}
      lr = Const {value=0.1}
      w/apply = ResourceApplyGradientDescent(w, lr, gw)
      """;

  private static Program program(String more) {
    return Program.of(GraphParts.of(GraphDefText.parse(GraphText.parse(MODEL + more))));
  }

  private static Coverage coverage(String more, String... trainable) {
    Program program = program(more);
    return StepCoverage.of(program, UpdateSites.find(program), Set.of(trainable));
  }

  /** What becomes of w if no more than the training op is filtered. */
  private static Fate ofUnknown(String more) {
    return StepCoverage.of(program(more), UpdateSites.find(program("")), Set.of()).fates().stream()
        .filter(each -> each.variable().equals("w"))
        .findFirst()
        .orElseThrow()
        .fate();
  }

  private static Map<String, Fate> fates(String more, String... trainable) {
    Map<String, Fate> fates = new TreeMap<>();
    coverage(more, trainable).fates().forEach(each -> fates.put(each.variable(), each.fate()));
    return fates;
  }

  private static VariableFate fate(String variable, String more) {
    return coverage(more).fates().stream()
        .filter(each -> each.variable().equals(variable))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aFilteredVariableIsFilteredAndOneThatNothingWritesIsNotMentioned() {
    assertThat(fates("")).containsExactly(Map.entry("w", Fate.FILTERED));
  }

  @Test
  void aSlicedUpdateIsTrainedAndUnfiltered() {
    VariableFate b =
        fate(
            "b",
            """
            step = Mul(gb, lr)
            next = Sub(b/read, step)
            b/slice = ResourceStridedSliceAssign(b, first_axis, first_axis, first_axis, next)
            """);

    assertThat(b.fate()).isEqualTo(Fate.UNFILTERED);
    assertThat(b.writer()).isEqualTo("b/slice");
  }

  @Test
  void aFunctionThatUpdatesTwoVariablesLeavesBothUnfiltered() {
    Map<String, Fate> fates =
        fates(
            """
            w/call = StatefulPartitionedCall(w, gw) {f=update}
            b/call = StatefulPartitionedCall(b, gb) {f=update}
            def update(v: resource, g: float)
              rate = Const {value=0.1}
              step = Mul(g, rate)
              write = AssignSubVariableOp(v, step)
            """);

    assertThat(fates).containsEntry("b", Fate.UNFILTERED);
  }

  @Test
  void aMetricIsNotTrained() {
    assertThat(
            fates(
                """
                total = VarHandleOp {shape=scalar}
                total/add = AssignAddVariableOp(total, loss)
                total/read = ReadVariableOp(total, ^total/add)
                result = Identity(total/read)
                """))
        .containsEntry("total", Fate.NOT_BY_GRADIENT);
  }

  @Test
  void aMovingAverageOfWhatTheForwardPassSeesIsNotTrained() {
    VariableFate mean =
        fate(
            "mean",
            """
            mean = VarHandleOp {shape=2}
            mean/read = ReadVariableOp(mean)
            batch = Mean(product, first_axis)
            away = Sub(mean/read, batch)
            part = Mul(away, lr)
            move = AssignSubVariableOp(mean, part)
            """);

    assertThat(mean.fate()).isEqualTo(Fate.NOT_BY_GRADIENT);
    assertThat(mean.reason().why()).startsWith("nothing trained depends on it");
  }

  @Test
  void whatFollowsTheWeightsAloneIsAnAverage() {
    assertThat(
            fates(
                """
                average = VarHandleOp {shape=3x2}
                average/read = ReadVariableOp(average)
                away = Sub(average/read, w/read)
                part = Mul(away, lr)
                move = AssignSubVariableOp(average, part)
                """))
        .containsEntry("average", Fate.NOT_BY_GRADIENT);
  }

  @Test
  void slotsAreTheOptimizersState() {
    assertThat(
            fates(
                """
                m = VarHandleOp {shape=2}
                momentum = Const {value=0.9}
                b/apply = ResourceApplyMomentum(b, m, lr, gb, momentum)
                """))
        .containsEntry("b", Fate.FILTERED)
        .containsEntry("m", Fate.OPTIMIZER_STATE);
  }

  @Test
  void aStateThatTheForwardPassCarriesOnIsNotTrained() {
    VariableFate state =
        fate(
            "state",
            """
            state = VarHandleOp {shape=4x2}
            state/read = ReadVariableOp(state)
            carried = Mul(state/read, product)
            bent = Tanh(carried)
            u = VarHandleOp {shape=4x2}
            u/read = ReadVariableOp(u)
            used = Mul(bent, u/read)
            gu = Mul(bent, used)
            u/apply = ResourceApplyGradientDescent(u, lr, gu)
            state/next = AssignVariableOp(state, bent)
            """);

    assertThat(state.fate()).isEqualTo(Fate.NOT_BY_GRADIENT);
    assertThat(state.reason().why()).isEqualTo("is a state that the forward pass carries on");
  }

  @Test
  void aDecayWithAFedRateIsNoUpdateByItself() {
    assertThat(
            fates(
                """
                rate = Placeholder {shape=scalar}
                decay = Mul(w/read, rate)
                w/decay = AssignSubVariableOp(w, decay)
                """))
        .containsEntry("w", Fate.FILTERED);
  }

  @Test
  void aSecondUpdateOfAFilteredVariableByItsGradientIsNamed() {
    assertThat(
            fates(
                """
                step = Mul(gw, lr)
                next = Sub(w/read, step)
                w/more = ResourceStridedSliceAssign(w, first_axis, first_axis, first_axis, next)
                """))
        .containsEntry("w", Fate.FILTERED_IN_PART);
  }

  /** A step after which the model is looked at again. */
  private static final String AHEAD =
      """
      gradients/more = MatMul(x, difference) {transpose_a=true}
      trial = Mul(gradients/more, lr)
      w/ahead = AssignSubVariableOp(w, trial)
      w/moved = ReadVariableOp(w, ^w/ahead)
      far = MatMul(x, w/moved)
      """;

  @Test
  void aTrialStepThatIsTakenBackIsNone() {
    assertThat(ofUnknown(AHEAD)).isEqualTo(Fate.UNFILTERED);
    assertThat(ofUnknown(AHEAD + "w/back = AssignAddVariableOp(w, trial)\n"))
        .isEqualTo(Fate.FILTERED);
  }

  @Test
  void aStepAfterWhichTheVariableStartsFromWhereItWasIsNone() {
    assertThat(ofUnknown(AHEAD + "w/back = AssignVariableOp(w, w/read, ^far)\n"))
        .isEqualTo(Fate.FILTERED);
  }

  @Test
  void aStepAfterWhichTheVariableGoesOnIsOne() {
    assertThat(ofUnknown(AHEAD + "w/again = AssignVariableOp(w, w/moved, ^far)\n"))
        .isEqualTo(Fate.UNFILTERED);
  }

  @Test
  void aStepThatNothingLooksAtIsOne() {
    assertThat(
            ofUnknown(
                """
                gradients/more = MatMul(x, difference) {transpose_a=true}
                step = Mul(gradients/more, lr)
                w/update = AssignSubVariableOp(w, step)
                w/shrunk = Mul(w/read, lr)
                w/shrink = AssignVariableOp(w, w/shrunk, ^w/update)
                """))
        .isEqualTo(Fate.UNFILTERED);
  }

  /** A loss with a penalty on the distance between c and w, and none on d. */
  private static final String PENALTY =
      """
      c = VarHandleOp {shape=3x2}
      c/read = ReadVariableOp(c)
      distance = Sub(c/read, w/read)
      distance/squares = Square(distance)
      penalty = Mean(distance/squares, all_axes)
      whole = AddV2(loss, penalty)
      """;

  @Test
  void aGradientThatNoDataIsAPartOfIsUnfiltered() {
    VariableFate c =
        fate(
            "c",
            PENALTY
                + """
                gradients/distance_grad/Mul = Mul(distance, lr)
                c/update = AssignSubVariableOp(c, gradients/distance_grad/Mul)
                """);

    assertThat(c.fate()).isEqualTo(Fate.UNFILTERED);
    assertThat(c.reason().why()).isEqualTo("a gradient without data is written to it");
  }

  @Test
  void aVariableThatFollowsAnotherWithoutAGradientIsNotTrained() {
    VariableFate c =
        fate(
            "c",
            PENALTY
                + """
                step = Mul(distance, lr)
                c/update = AssignSubVariableOp(c, step)
                """);

    assertThat(c.fate()).isEqualTo(Fate.NOT_BY_GRADIENT);
  }

  @Test
  void anUnknownOpThatTakesAVariableLeavesItUndecided() {
    VariableFate b = fate("b", "odd = MyMutatingOp(b, difference)\n");

    assertThat(b.fate()).isEqualTo(Fate.UNDECIDED);
    assertThat(b.reason().why())
        .isEqualTo("it is handed to the op 'MyMutatingOp', which may write it");
  }

  @Test
  void anOpThatOnlyReadsSaysNothing() {
    assertThat(fates("size = VariableShape(b)\nknown = VarIsInitializedOp(b)\n"))
        .doesNotContainKey("b");
  }

  @Test
  void anUnknownTrainingOpLeavesItsVariableUnfiltered() {
    VariableFate b = fate("b", "odd = LambApply(b, lr, gb)\n");

    assertThat(b.fate()).isEqualTo(Fate.UNFILTERED);
    assertThat(b.reason().remedy())
        .hasValue("name its gradient with --gradient b=TENSOR, of the inputs lr, gb");
  }

  @Test
  void aFirstValueIsNoStep() {
    assertThat(
            fates(
                """
                size = Const {dtype=int32, value=[2]}
                drawn = RandomStandardNormal(size) {dtype=float}
                b/first = AssignVariableOp(b, drawn)
                """))
        .doesNotContainKey("b");
  }

  @Test
  void aStatisticThatTheFileListsAsTrainableIsUndecided() {
    String statistic =
        """
        mean = VarHandleOp {shape=2}
        batch = Mean(product, first_axis)
        move = AssignAddVariableOp(mean, batch)
        """;
    assertThat(fates(statistic, "mean")).containsEntry("mean", Fate.UNDECIDED);
    assertThat(fates(statistic)).containsEntry("mean", Fate.NOT_BY_GRADIENT);
  }

  @Test
  void aVariableWhoseGradientOnlyChoosesItsStepIsUndecided() {
    VariableFate b =
        fate(
            "b",
            """
            none = Const {value=0}
            above = Greater(gb, none)
            up = Const
            down = Const {value=-0.5}
            step = SelectV2(above, up, down)
            b/update = AssignSubVariableOp(b, step)
            """);

    assertThat(b.fate()).isEqualTo(Fate.UNDECIDED);
    assertThat(b.reason().why()).contains("chosen by what depends on data and on it");
  }

  @Test
  void aCountOfLongGradientsIsNotTrained() {
    assertThat(
            fates(
                """
                n = VarHandleOp {shape=scalar}
                length = L2Loss(gb)
                long = Greater(length, lr)
                one = Const {value=1}
                none = Const {value=0}
                more = SelectV2(long, one, none)
                n/update = AssignAddVariableOp(n, more)
                """))
        .containsEntry("n", Fate.NOT_BY_GRADIENT);
  }
}
