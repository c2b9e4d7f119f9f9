package org.grokfast.tensorflow.edit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.grokfast.filter.Ema;
import org.grokfast.rules.GraphText;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.grokfast.tensorflow.rules.GraphDefText;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.GraphDef;

/** The state of a filter stays where it is in steps that a choice throws away. */
class UpdateConditionsTest {
  private static final String MODEL =
      """
      x = Placeholder
      y = Placeholder
      due = Placeholder {dtype=bool, shape=scalar}
      w = VarHandleOp
      w/read = ReadVariableOp(w)
      product = MatMul(x, w/read)
      difference = Sub(product, y)
      squares = Square(difference)
      all_axes = Const {dtype=int32, value=[0, 1]}
      loss = Mean(squares, all_axes)
      gw = MatMul(x, difference) {transpose_a=true}
      rate = Const
      none = Const {value=0}
      """;

  private static final String STAYS =
      "updates are thrown away by a choice in steps in which '%s' %s, and the state of their"
          + " filters stays as it is in these steps";
  private static final String NOT_DUE = STAYS.formatted("due", "does not hold");

  private static GraphRewriter.Result rewrite(String update) {
    GraphDef graph = GraphDefText.parse(GraphText.parse(MODEL + update));
    GraphRewriter.Result result = new GraphRewriter(Ema.defaults()).apply(graph);
    assertThat(FilterStripper.apply(result.graph())).isEqualTo(graph);
    return result;
  }

  private static List<String> notes(String update) {
    return rewrite(update).report().notes().stream()
        .filter(note -> note.contains("thrown away"))
        .toList();
  }

  @Test
  void whatIsWrittenMayBeChosen() {
    String update =
        """
        step = Mul(rate, gw)
        next = Sub(w/read, step)
        kept = SelectV2(due, next, w/read)
        update = AssignVariableOp(w, kept)
        """;
    assertThat(notes(update)).containsExactly(NOT_DUE);
  }

  @Test
  void everyWriteOfStateAndCounterIsDeadInSuchAStep() {
    GraphDef graph =
        rewrite(
                """
                step = Mul(rate, gw)
                next = Sub(w/read, step)
                kept = SelectV2(due, next, w/read)
                update = AssignVariableOp(w, kept)
                """)
            .graph();
    GraphIndex index = new GraphIndex(GraphParts.of(graph));
    for (String write : List.of("grokfast/w/ema/update", "grokfast/step/update")) {
      assertThat(index.ancestors(index.id(write)).get(index.id("grokfast/w/used/Switch")))
          .as(write)
          .isTrue();
    }
    assertThat(index.inputs(index.id("grokfast/w/gradient")))
        .containsExactly("grokfast/w/used/Merge");
  }

  @Test
  void soMayTheStep() {
    String update =
        """
        speed = VarHandleOp {shape=scalar}
        speed/read = ReadVariableOp(speed)
        step = Mul(speed/read, gw)
        nothing = ZerosLike(gw)
        skipped = LogicalNot(due)
        taken = SelectV2(skipped, nothing, step)
        update = AssignSubVariableOp(w, taken)
        """;
    assertThat(notes(update)).containsExactly(NOT_DUE);
  }

  @Test
  void aStepMayBeMultipliedWithAMask() {
    String update =
        """
        mask = Cast(due) {SrcT=bool, DstT=float}
        speed = Mul(rate, mask)
        step = Mul(gw, speed)
        update = AssignSubVariableOp(w, step)
        """;
    assertThat(notes(update)).containsExactly(NOT_DUE);
  }

  @Test
  void soMayTheRateOfATrainingOp() {
    String update =
        """
        mask = Cast(due) {SrcT=bool, DstT=float}
        one = Const {value=1}
        rest = Sub(one, mask)
        speed = Mul(rate, rest)
        update = ResourceApplyGradientDescent(w, speed, gw)
        """;
    assertThat(notes(update)).containsExactly(STAYS.formatted("due", "holds"));
  }

  @Test
  void allOfSeveralConditionsMustHold() {
    String update =
        """
        late = Placeholder {dtype=bool, shape=scalar}
        step = Mul(rate, gw)
        next = Sub(w/read, step)
        kept = SelectV2(due, next, w/read)
        kept_too = SelectV2(late, w/read, kept)
        update = AssignVariableOp(w, kept_too)
        """;
    assertThat(notes(update)).containsExactly(NOT_DUE, STAYS.formatted("late", "holds"));
    assertThat(rewrite(update).graph().getNodeList())
        .anyMatch(node -> node.getName().equals("grokfast/w/used/both"));
  }

  @Test
  void aStepThatASlotTakesInIsNotThrownAway() {
    String update =
        """
        m = VarHandleOp
        m/read = ReadVariableOp(m)
        m/kept = Mul(m/read, rate)
        m/next = AddV2(m/kept, gw)
        m/update = AssignVariableOp(m, m/next)
        step = Mul(rate, m/next)
        next = Sub(w/read, step)
        kept = SelectV2(due, next, w/read)
        update = AssignVariableOp(w, kept)
        """;
    assertThat(notes(update)).isEmpty();
  }

  @Test
  void whatChoosesByTheFilteredStepIsNamed() {
    String update =
        """
        speed = VarHandleOp {shape=scalar}
        speed/read = ReadVariableOp(speed)
        step = Mul(speed/read, gw)
        finite = IsFinite(step)
        whole = All(finite, all_axes)
        next = Sub(w/read, step)
        kept = SelectV2(whole, next, w/read)
        update = AssignVariableOp(w, kept)
        """;
    assertThat(notes(update))
        .containsExactly(
            "hazard: updates are thrown away by a choice in steps in which 'whole' says so, and the"
                + " state of their filters moves in these steps too, for it goes by what is"
                + " filtered; against numbers that are not finite, rewrite with --non-finite skip");
  }
}
