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
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.OpDef;

/** The table of ops against the definitions that TensorFlow itself reports. */
@Tag("native")
class OpTableTest {
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
        table.put(op.getName(), OpTable.denseGradientInput(op.getName()));
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
        table.put(op.getName(), OpTable.sparseGradientInput(op.getName()));
        definitions.put(op.getName(), gradientInput(op));
        assertThat(OpTable.denseGradientInput(op.getName())).isEmpty();
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
        .noneMatch(name -> OpTable.denseGradientInput(name).isPresent())
        .noneMatch(name -> OpTable.sparseGradientInput(name).isPresent());
  }

  /** Ops that take a reference to a variable, or its handle as {@code resource} or {@code ref}. */
  private static boolean takesVariable(OpDef op) {
    return op.getInputArgCount() > 0
        && (op.getInputArg(0).getIsRef()
            || (op.getInputArg(0).getType() == DataType.DT_RESOURCE
                && Set.of("resource", "ref").contains(op.getInputArg(0).getName())));
  }

  @Test
  void everyAssignmentAndScatterThatTakesAVariableIsAWriteAndNoOther() {
    Set<String> inDefinitions =
        new TreeSet<>(
            TensorFlow.registeredOpList().getOpList().stream()
                .filter(op -> op.getName().matches("(Resource)?(Assign|Scatter).*"))
                .filter(OpTableTest::takesVariable)
                .map(OpDef::getName)
                .toList());
    // Puts together a variable from the parts that other devices hold.
    inDefinitions.remove("AssignVariableXlaConcatND");
    Set<String> inTable =
        new TreeSet<>(
            TensorFlow.registeredOpList().getOpList().stream()
                .map(OpDef::getName)
                .filter(OpTable::isPlainWrite)
                .toList());
    assertThat(inTable).isEqualTo(inDefinitions).doesNotContain("ScatterNd");
  }
}
