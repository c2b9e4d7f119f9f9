package org.grokfast.tensorflow.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.OpDef;

/** The table of training ops against the definitions that TensorFlow itself reports. */
@Tag("native")
class ApplyOpsCatalogueTest {
  private static final Set<String> GRADIENT_NAMES = Set.of("grad", "delta");

  private static List<OpDef> trainingOps() {
    return TensorFlow.registeredOpList().getOpList().stream()
        .filter(op -> op.getName().matches("(Resource)?(Sparse)?Apply[A-Z].*"))
        .toList();
  }

  private static boolean isSparse(OpDef op) {
    return op.getInputArgList().stream().anyMatch(arg -> arg.getName().equals("indices"));
  }

  private static OptionalInt gradientInput(OpDef op) {
    for (int i = 0; i < op.getInputArgCount(); i++) {
      if (GRADIENT_NAMES.contains(op.getInputArg(i).getName())) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  @Test
  void everyDenseTrainingOpTakesItsGradientWhereTheTableSays() {
    TreeMap<String, OptionalInt> table = new TreeMap<>();
    TreeMap<String, OptionalInt> definitions = new TreeMap<>();
    for (OpDef op : trainingOps()) {
      if (!isSparse(op)) {
        table.put(op.getName(), ApplyOps.denseGradientInput(op.getName()));
        definitions.put(op.getName(), gradientInput(op));
      }
    }
    assertThat(definitions).hasSize(34).doesNotContainValue(OptionalInt.empty());
    assertThat(table).isEqualTo(definitions);
  }

  @Test
  void everySparseTrainingOpIsKnownAsSuch() {
    TreeMap<String, OptionalInt> table = new TreeMap<>();
    TreeMap<String, OptionalInt> definitions = new TreeMap<>();
    for (OpDef op : trainingOps()) {
      if (isSparse(op)) {
        table.put(op.getName(), ApplyOps.sparseGradientInput(op.getName()));
        definitions.put(op.getName(), gradientInput(op));
        assertThat(ApplyOps.denseGradientInput(op.getName())).isEmpty();
      }
    }
    assertThat(definitions).isNotEmpty().doesNotContainValue(OptionalInt.empty());
    assertThat(table).isEqualTo(definitions);
  }

  @Test
  void noOtherOpCountsAsATrainingOp() {
    Set<String> training = new TreeSet<>(trainingOps().stream().map(OpDef::getName).toList());
    assertThat(TensorFlow.registeredOpList().getOpList())
        .map(OpDef::getName)
        .filteredOn(name -> !training.contains(name))
        .noneMatch(name -> ApplyOps.denseGradientInput(name).isPresent())
        .noneMatch(name -> ApplyOps.sparseGradientInput(name).isPresent());
  }
}
