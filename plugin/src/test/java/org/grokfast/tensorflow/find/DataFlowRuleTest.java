package org.grokfast.tensorflow.find;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.grokfast.tensorflow.PlainStep;
import org.junit.jupiter.api.Test;

/** What is an update of a trained variable in plain ops, and what only looks like one. */
class DataFlowRuleTest {
  private static final Map<String, String> BOTH =
      Map.of("w", "gw at [w/scaled]", "b", "gb at [b/scaled]");

  private static void assertOnlyWeightsAreFiltered(PlainStep step) {
    assertThat(step.sites()).isEqualTo(BOTH);
    assertThat(step.misses()).isEmpty();
  }

  @Test
  void theGradientOfDescentIsWhatTheRateIsMultipliedWith() {
    assertOnlyWeightsAreFiltered(new PlainStep().descent());
  }

  @Test
  void aConstantRateIsARateToo() {
    PlainStep step =
        new PlainStep()
            .constant("rate", 0.1f)
            .add("step", "Mul", "rate", "gw")
            .add("next", "Sub", "w/read", "step")
            .add("update", "AssignVariableOp", "w", "next");
    assertThat(step.sites()).isEqualTo(Map.of("w", "gw at [step]"));
  }

  @Test
  void aRateThatIsFedIsNoData() {
    PlainStep step =
        new PlainStep()
            .add("rate", "Placeholder")
            .add("step", "Mul", "rate", "gw")
            .add("update", "AssignSubVariableOp", "w", "step");
    assertThat(step.sites()).isEqualTo(Map.of("w", "gw at [step]"));
  }

  @Test
  void aSlotThatIsReadAgainLeadsFromTheGradientToTheVariable() {
    PlainStep step =
        new PlainStep()
            .variable("m")
            .constant("decay", 0.9f)
            .add("kept", "Mul", "m/read", "decay")
            .add("moment", "Sub", "kept", "gw")
            .add("m/update", "AssignVariableOp", "m", "moment")
            .add("m/again", "ReadVariableOp", "m", "^m/update")
            .add("update", "AssignAddVariableOp", "w", "m/again");
    assertThat(step.sites()).isEqualTo(Map.of("w", "gw at [moment]"));
  }

  @Test
  void aClippedGradientIsFilteredBehindTheClipping() {
    PlainStep step =
        new PlainStep()
            .variable("rate")
            .constant("most", 0.5f)
            .constant("least", -0.5f)
            .add("low", "Minimum", "gw", "most")
            .add("clipped", "Maximum", "low", "least")
            .add("step", "Mul", "clipped", "rate/read")
            .add("update", "AssignSubVariableOp", "w", "step");
    assertThat(step.sites()).isEqualTo(Map.of("w", "clipped at [step]"));
  }

  @Test
  void aGradientThatAlsoFeedsItsNormIsRedirectedForTheUpdateAlone() {
    PlainStep step =
        new PlainStep()
            .descent()
            .add("w/norm", "L2Loss", "gw")
            .add("b/norm", "L2Loss", "gb")
            .add("norm", "AddN", "w/norm", "b/norm");
    assertOnlyWeightsAreFiltered(step);
  }

  @Test
  void weightDecayBesideTheUpdateIsLeftAlone() {
    PlainStep step =
        new PlainStep()
            .descent()
            .constant("decay", 0.01f)
            .add("w/decayed", "Mul", "w/read", "decay")
            .add("w/decay", "AssignSubVariableOp", "w", "w/decayed");
    assertOnlyWeightsAreFiltered(step);
  }

  @Test
  void aLossScaleIsDividedOutBeforeTheFilterAndNotFilteredItself() {
    PlainStep step =
        new PlainStep()
            .variable("scale")
            .add("scaled_difference", "Mul", "difference", "scale/read")
            .add("sgw", "MatMul", "x", "scaled_difference")
            .add("sgb", "Sum", "scaled_difference")
            .add("ugw", "RealDiv", "sgw", "scale/read")
            .add("ugb", "RealDiv", "sgb", "scale/read")
            .variable("rate")
            .add("w/scaled", "Mul", "ugw", "rate/read")
            .add("w/update", "AssignSubVariableOp", "w", "w/scaled")
            .add("b/scaled", "Mul", "ugb", "rate/read")
            .add("b/update", "AssignSubVariableOp", "b", "b/scaled")
            .constant("half", 0.5f)
            .add("finite", "IsFinite", "sgw")
            .add("all", "All", "finite")
            .add("smaller", "Mul", "scale/read", "half")
            .add("next_scale", "SelectV2", "all", "scale/read", "smaller")
            .add("scale/update", "AssignVariableOp", "scale", "next_scale");
    assertThat(step.sites()).isEqualTo(Map.of("w", "ugw at [w/scaled]", "b", "ugb at [b/scaled]"));
    assertThat(step.misses()).isEmpty();
  }

  @Test
  void aMovingAverageOfBatchNormalisationIsNoTrainedVariable() {
    PlainStep step =
        new PlainStep()
            .descent()
            .variable("moving_mean")
            .constant("momentum", 0.01f)
            .add("mean", "Mean", "product")
            .add("pull", "Sub", "moving_mean/read", "mean")
            .add("part", "Mul", "pull", "momentum")
            .add("moving_mean/update", "AssignSubVariableOp", "moving_mean", "part");
    assertOnlyWeightsAreFiltered(step);
  }

  @Test
  void norIsItWhereTheSameGraphInfersWithIt() {
    PlainStep step =
        new PlainStep()
            .descent()
            .variable("moving_mean")
            .constant("momentum", 0.01f)
            .add("centred", "Sub", "product", "moving_mean/read")
            .add("prediction", "Tanh", "centred")
            .add("mean", "Mean", "product")
            .add("pull", "Sub", "moving_mean/read", "mean")
            .add("part", "Mul", "pull", "momentum")
            .add("moving_mean/update", "AssignSubVariableOp", "moving_mean", "part");
    assertOnlyWeightsAreFiltered(step);
  }

  @Test
  void aMovingAverageThatIsAssignedIsNoTrainedVariable() {
    PlainStep step =
        new PlainStep()
            .descent()
            .variable("moving_mean")
            .constant("momentum", 0.99f)
            .constant("rest", 0.01f)
            .add("centred", "Sub", "product", "moving_mean/read")
            .add("mean", "Mean", "product")
            .add("old", "Mul", "moving_mean/read", "momentum")
            .add("new", "Mul", "mean", "rest")
            .add("next", "AddV2", "old", "new")
            .add("moving_mean/update", "AssignVariableOp", "moving_mean", "next");
    assertOnlyWeightsAreFiltered(step);
  }

  @Test
  void aMetricIsNoTrainedVariable() {
    PlainStep step =
        new PlainStep()
            .descent()
            .variable("total")
            .add("total/update", "AssignAddVariableOp", "total", "loss")
            .add("total/again", "ReadVariableOp", "total", "^total/update");
    assertOnlyWeightsAreFiltered(step);
  }

  @Test
  void aMetricThatIsReturnedAsItIsAssignedIsNone() {
    PlainStep step =
        new PlainStep()
            .descent()
            .variable("total")
            .add("next", "AddV2", "total/read", "loss")
            .add("total/update", "AssignVariableOp", "total", "next")
            .add("returned", "Identity", "next");
    assertOnlyWeightsAreFiltered(step);
  }

  @Test
  void anAverageOfWeightsIsNoTrainedVariable() {
    PlainStep step =
        new PlainStep()
            .descent()
            .variable("average")
            .constant("decay", 0.9f)
            .constant("rest", 0.1f)
            .add("w/again", "ReadVariableOp", "w", "^w/update")
            .add("old", "Mul", "average/read", "decay")
            .add("new", "Mul", "w/again", "rest")
            .add("next", "AddV2", "old", "new")
            .add("average/update", "AssignVariableOp", "average", "next");
    assertOnlyWeightsAreFiltered(step);
  }

  @Test
  void theStateOfARecurrentLayerIsNoTrainedVariable() {
    PlainStep step =
        new PlainStep()
            .descent()
            .variable("state")
            .add("mixed", "AddV2", "product", "state/read")
            .add("next", "Tanh", "mixed")
            .add("output", "Mean", "next")
            .add("state/update", "AssignVariableOp", "state", "next");
    assertOnlyWeightsAreFiltered(step);
  }

  @Test
  void countersRatesAndSeedsAreNoTrainedVariables() {
    PlainStep step =
        new PlainStep()
            .descent()
            .variable("iteration")
            .constant("one", 1)
            .add("next_iteration", "AddV2", "iteration/read", "one")
            .add("iteration/update", "AssignVariableOp", "iteration", "next_iteration")
            .constant("decay", 0.96f)
            .add("next_rate", "Mul", "rate/read", "decay")
            .add("rate/update", "AssignVariableOp", "rate", "next_rate")
            .variable("seed")
            .add("seed/update", "AssignAddVariableOp", "seed", "one")
            .add("noise", "StatelessRandomUniform", "x", "seed/read")
            .add("noisy", "AddV2", "product", "noise")
            .add("noisy_loss", "Mean", "noisy");
    assertOnlyWeightsAreFiltered(step);
  }

  @Test
  void aSumOfGradientsIsNoTrainedVariable() {
    PlainStep step =
        new PlainStep()
            .descent()
            .variable("gathered")
            .add("gathered/update", "AssignAddVariableOp", "gathered", "gw");
    assertOnlyWeightsAreFiltered(step);
  }

  @Test
  void aGradientThatItsVariableDoesNotChangeIsNamedByHand() {
    PlainStep step =
        new PlainStep()
            .descent()
            .variable("c")
            .add("linear", "Mul", "x", "c/read")
            .add("other_loss", "Mean", "linear")
            .add("gradients/linear_grad/Mean", "Mean", "x")
            .add("c/scaled", "Mul", "gradients/linear_grad/Mean", "rate/read")
            .add("c/update", "AssignSubVariableOp", "c", "c/scaled");
    assertThat(step.sites()).isEqualTo(BOTH);
    assertThat(step.misses())
        .containsExactly(
            "c/update (data-flow): the update of 'c' is recognised, but its gradient does not"
                + " depend on its own value; name it with --gradient c=TENSOR");
  }

  @Test
  void anUpdateWithTwoWaysInIsNamedByHand() {
    PlainStep step =
        new PlainStep()
            .variable("rate")
            .variable("other_rate")
            .add("sign", "Sign", "product")
            .add("scaled", "Mul", "gw", "rate/read")
            .add("more", "Mul", "sign", "other_rate/read")
            .add("both", "AddV2", "scaled", "more")
            .add("update", "AssignSubVariableOp", "w", "both");
    assertThat(step.sites()).isEmpty();
    assertThat(step.misses())
        .containsExactly(
            "update (data-flow): the update of 'w' is recognised, but no tensor alone separates the"
                + " data from it before the arithmetic; name it with --gradient w=TENSOR");
  }
}
