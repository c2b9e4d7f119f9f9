package org.grokfast.onnx.find;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.grokfast.onnx.find.step.TrainingModel;
import org.grokfast.onnx.rules.ArtifactsForm;
import org.grokfast.onnx.rules.OnnxRuleTest;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.coverage.Reason;
import org.grokfast.rules.GraphText;
import org.junit.jupiter.api.Test;

/** Accumulators of ONNX Runtime's artifacts, and what in them can't be filtered. */
class AccumulatorRuleTest extends OnnxRuleTest {
  private static final String ONE =
      """
      g = Input
      reset = Input {type=bool, shape=1}
      w_grad.accumulation.buffer = Input
      w_grad.accumulation.out = com.microsoft.InPlaceAccumulatorV2(w_grad.accumulation.buffer, g, reset) {type=bool, output=1}
      """;

  AccumulatorRuleTest() {
    super(new ArtifactsForm(), new AccumulatorRule());
  }

  @Override
  protected void addCases() {
    rewrite("The buffer gets the filtered gradient", ONE)
        .finds("w: g → w_grad.accumulation.out")
        .becomes(
            """
            grokfast/w/gradient = Filter(g)
            w_grad.accumulation.out = com.microsoft.InPlaceAccumulatorV2(w_grad.accumulation.buffer,\
             grokfast/w/gradient, reset) {type=bool, output=1}""")
        .notRun("ONNX Runtime has this op in training builds alone");
    rewrite(
            "Every buffer of a model is filtered by itself",
            ONE
                + """
                h = Input {shape=3}
                b_grad.accumulation.buffer = Input {shape=3}
                b_grad.accumulation.out = com.microsoft.InPlaceAccumulatorV2(b_grad.accumulation.buffer, h, reset) {type=bool, output=1}
                """)
        .finds("w: g → w_grad.accumulation.out", "b: h → b_grad.accumulation.out")
        .notRun("ONNX Runtime has this op in training builds alone");
    rewrite(
            "A buffer of another name is a near-miss",
            """
            g = Input
            reset = Input {type=bool, shape=1}
            sum = Input
            done = com.microsoft.InPlaceAccumulatorV2(sum, g, reset) {type=bool, output=1}
            """)
        .reports(
            "done: its buffer is not named PARAMETER_grad.accumulation.buffer; write the artifacts"
                + " again");
    rewrite(
            "A reset that is computed is a near-miss",
            """
            g = Input
            start = Input {type=bool, shape=1}
            reset = Not(start)
            w_grad.accumulation.buffer = Input
            done = com.microsoft.InPlaceAccumulatorV2(w_grad.accumulation.buffer, g, reset) {type=bool, output=1}
            """)
        .reports("done: its reset 'reset' is no input of the graph; write the artifacts again");
    rewrite(
            "A second reset is a near-miss",
            ONE
                + """
                h = Input
                other = Input {type=bool, shape=1}
                b_grad.accumulation.buffer = Input
                done = com.microsoft.InPlaceAccumulatorV2(b_grad.accumulation.buffer, h, other) {type=bool, output=1}
                """)
        .finds("w: g → w_grad.accumulation.out")
        .reports(
            "done: it is reset by 'other', where others are by 'reset'; write the artifacts again")
        .notRun("ONNX Runtime has this op in training builds alone");
    rewrite(
            "A buffer of unknown shape is a near-miss",
            """
            g = Input
            reset = Input {type=bool, shape=1}
            w_grad.accumulation.buffer = Input {shape=?x2}
            done = com.microsoft.InPlaceAccumulatorV2(w_grad.accumulation.buffer, g, reset) {type=bool, output=1}
            """)
        .reports("done: its buffer has no fixed floating-point shape; write the artifacts again");
    rewrite(
            "A buffer in half precision is a near-miss",
            """
            g = Input {type=float16}
            reset = Input {type=bool, shape=1}
            w_grad.accumulation.buffer = Input {type=float16}
            done = com.microsoft.InPlaceAccumulatorV2(w_grad.accumulation.buffer, g, reset) {type=bool, output=1}
            """)
        .reports("done: the runtime's accumulator takes float32 alone; train in float32");
    rewrite(
            "An op of the same name in another domain is not that op",
            """
            g = Input
            reset = Input {type=bool, shape=1}
            w_grad.accumulation.buffer = Input
            done = org.example.InPlaceAccumulatorV2(w_grad.accumulation.buffer, g, reset) {type=bool, output=1}
            """)
        .doesNotFire("what its inputs mean is not known");
  }

  @Test
  void withoutTheOtherArtifactsOneNearMissAsksForTheFolder() {
    TrainingModel lone =
        TrainingModel.of(new ArtifactsForm().parse(GraphText.parse(ONE)), Map.of(), Map.of());
    assertThat(new AccumulatorRule().find(lone))
        .containsExactly(
            new NearMiss(
                "w_grad.accumulation.out",
                "accumulator",
                Reason.of(
                    "this is the training model of ONNX Runtime's artifacts, whose filter state"
                        + " goes into the checkpoint",
                    "give the folder with all artifacts")));
  }
}
