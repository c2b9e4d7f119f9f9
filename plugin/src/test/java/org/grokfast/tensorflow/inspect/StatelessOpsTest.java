package org.grokfast.tensorflow.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.OpDef;

/** The lists of ops against the registry of TensorFlow itself. */
@Tag("native")
class StatelessOpsTest {
  private static Set<String> registered(Predicate<OpDef> which) {
    Set<String> names = new TreeSet<>();
    TensorFlow.registeredOpList().getOpList().stream()
        .filter(which)
        .forEach(op -> names.add(op.getName()));
    return names;
  }

  @Test
  void theListHasEveryOpThatTensorFlowCallsStateless() {
    assertThat(OpEffects.stateless()).containsAll(registered(op -> !op.getIsStateful()));
  }

  @Test
  void theListHasNoOpThatTensorFlowCallsStateful() {
    assertThat(registered(OpDef::getIsStateful)).doesNotContainAnyElementsOf(OpEffects.stateless());
  }

  @Test
  void everyOpOfTheOtherListsIsAnOpOfTensorFlow() {
    assertThat(registered(op -> true))
        .containsAll(OpEffects.knownState())
        .containsAll(OpEffects.named());
  }

  @Test
  void noOpIsBothHarmlessStateAndAnEffect() {
    assertThat(OpEffects.knownState()).doesNotContainAnyElementsOf(OpEffects.named());
  }

  @Test
  void statefulOpsThatAreNotKnownAreThoseOfTpusAndOfCompilers() {
    Set<String> unknown = registered(OpDef::getIsStateful);
    unknown.removeAll(OpEffects.knownState());
    unknown.removeAll(OpEffects.named());
    assertThat(unknown)
        .allMatch(
            op ->
                op.startsWith("_")
                    || op.matches(".*(TPU|Infeed|Outfeed|Xla|Dedup|CooTensor|Minibatch).*")
                    || op.equals("AllToAll")
                    || op.equals("CrossReplicaSum"));
  }
}
