package org.grokfast.tensorflow.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.OpDef;

/** Where training ops take their rate, against the definitions that TensorFlow itself reports. */
@Tag("native")
class LearningRatesTest {

  @Test
  void everyTrainingOpTakesItsRateWhereTheTableSaysOrMakesWeightsOfItsSums() {
    TreeMap<String, OptionalInt> table = new TreeMap<>();
    TreeMap<String, OptionalInt> definitions = new TreeMap<>();
    for (OpDef op : TensorFlow.registeredOpList().getOpList()) {
      if (OpTable.isTraining(op.getName()) && !LearningRates.isFromSums(op.getName())) {
        table.put(op.getName(), LearningRates.input(op.getName()));
        definitions.put(op.getName(), rate(op));
      }
    }
    assertThat(definitions).hasSizeGreaterThan(40).doesNotContainValue(OptionalInt.empty());
    assertThat(table).isEqualTo(definitions);
  }

  private static OptionalInt rate(OpDef op) {
    for (String name : List.of("lr", "alpha")) {
      for (int i = 0; i < op.getInputArgCount(); i++) {
        if (op.getInputArg(i).getName().equals(name)) {
          return OptionalInt.of(i);
        }
      }
    }
    return OptionalInt.empty();
  }

  @Test
  void whatIsNoTrainingOpHasNone() {
    assertThat(LearningRates.input("AssignSub")).isEmpty();
    assertThat(LearningRates.input("ResourceApplyFtrlV2")).isEmpty();
  }
}
