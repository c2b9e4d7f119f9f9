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
  /** Ops of the lists that the older of the two versions with which this is tested lacks. */
  private static final Set<String> NEW_IN_2_18 =
      Set.of("CalibrationStatisticsSaver", "GlobalShuffleDataset", "IteratorGetModelProto");

  private static Set<String> registered(Predicate<OpDef> which) {
    Set<String> names = new TreeSet<>();
    TensorFlow.registeredOpList().getOpList().stream()
        .filter(which)
        .forEach(op -> names.add(op.getName()));
    return names;
  }

  /** CustomAggregator has state in 2.16 and none in 2.18; the other list has it. */
  @Test
  void theListHasEveryOpThatTensorFlowCallsStateless() {
    Set<String> stateless = registered(op -> !op.getIsStateful());
    stateless.remove("CustomAggregator");
    assertThat(OpEffects.knownState()).contains("CustomAggregator");
    assertThat(OpEffects.stateless()).containsAll(stateless);
  }

  @Test
  void theListHasNoOpThatTensorFlowCallsStateful() {
    assertThat(registered(OpDef::getIsStateful)).doesNotContainAnyElementsOf(OpEffects.stateless());
  }

  @Test
  void everyOpOfTheOtherListsIsAnOpOfTensorFlow() {
    Set<String> all = registered(op -> true);
    if (TensorFlow.version().startsWith("2.16.")) {
      all.addAll(NEW_IN_2_18);
    }
    assertThat(all).containsAll(OpEffects.knownState()).containsAll(OpEffects.named());
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
                    || op.equals("UpdateTaskIdAndGlobalCoreArray")
                    || op.equals("AllToAll")
                    || op.equals("CrossReplicaSum"));
  }
}
