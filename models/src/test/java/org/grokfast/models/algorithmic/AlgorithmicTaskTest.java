package org.grokfast.models.algorithmic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.stream.IntStream;
import org.grokfast.models.data.DownloadListener;
import org.grokfast.models.task.Batch;
import org.grokfast.models.task.Setting;
import org.grokfast.models.task.SettingValues;
import org.grokfast.models.task.Split;
import org.grokfast.models.task.Task;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;

@Tag("native")
class AlgorithmicTaskTest {
  private static final ModularArithmetic DATA = new ModularArithmetic(BinaryOperation.MUL, 97);

  @Test
  void splitsTheReferenceDataInHalves() {
    AlgorithmicTask task = new AlgorithmicTask(DATA, 0.5, 0);
    assertThat(task.examples(Split.TRAINING)).isEqualTo(4656);
    assertThat(task.examples(Split.VALIDATION)).isEqualTo(4656);
  }

  @Test
  void everyEquationIsInExactlyOneSplit() {
    AlgorithmicTask task = new AlgorithmicTask(DATA, 0.3, 0);
    IntStream all =
        IntStream.concat(equations(task, Split.TRAINING), equations(task, Split.VALIDATION));
    assertThat(all.sorted().toArray()).isEqualTo(IntStream.range(0, 9312).toArray());
  }

  @Test
  void theSplitDependsOnTheSeed() {
    int[] first = equations(new AlgorithmicTask(DATA, 0.5, 0), Split.TRAINING).toArray();
    int[] again = equations(new AlgorithmicTask(DATA, 0.5, 0), Split.TRAINING).toArray();
    int[] other = equations(new AlgorithmicTask(DATA, 0.5, 1), Split.TRAINING).toArray();
    assertThat(again).isEqualTo(first);
    assertThat(other).isNotEqualTo(first);
  }

  @Test
  void aBatchHoldsTheTokensAndTheAnswersOfItsExamples() {
    AlgorithmicTask task = new AlgorithmicTask(DATA, 0.5, 0);
    try (Batch batch = task.batch(Split.VALIDATION, new int[] {7, 4655})) {
      TInt32 tokens = (TInt32) batch.inputs().get("tokens");
      TInt32 answers = (TInt32) batch.inputs().get("answers");
      assertThat(batch.size()).isEqualTo(2);
      int x = tokens.getInt(1, 0);
      int y = tokens.getInt(1, 2);
      assertThat(x * 96 + y - 1).isEqualTo(task.equation(Split.VALIDATION, 4655));
      assertThat(answers.getInt(1)).isEqualTo(x * y % 97);
      assertThat(tokens.getInt(0, 1)).isEqualTo(98);
      assertThat(tokens.getInt(0, 3)).isEqualTo(97);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -0.5, 1e-9, Double.NaN})
  void rejectsAFractionThatLeavesAPartEmpty(double fraction) {
    assertThatThrownBy(() -> new AlgorithmicTask(DATA, fraction, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "train fraction must be in (0, 1) and leave an equation on both sides, was "
                + fraction);
  }

  private static IntStream equations(AlgorithmicTask task, Split split) {
    return IntStream.range(0, task.examples(split)).map(i -> task.equation(split, i));
  }

  @Test
  void theDecodersSizesAreSettingsWithTheReferencesAsDefaults() {
    AlgorithmicSpec spec = new AlgorithmicSpec();
    assertThat(spec.create(SettingValues.DEFAULTS, 0, DownloadListener.NONE).settings())
        .containsAllEntriesOf(Map.of("width", "128", "heads", "4", "blocks", "2"));
    SettingValues narrow = with(spec, with(spec, SettingValues.DEFAULTS, "width", 24), "heads", 3);
    Task task = spec.create(with(spec, narrow, "blocks", 1), 0, DownloadListener.NONE);
    assertThat(task.settings())
        .containsAllEntriesOf(Map.of("width", "24", "heads", "3", "blocks", "1"));
    try (Graph graph = new Graph()) {
      // 99 tokens twice, 5 positions; attention, MLP and two norms of a block; the last norm.
      int block = 4 * 24 * 24 + 4 * 24 + 8 * 24 * 24 + 5 * 24 + 4 * 24;
      assertThat(task.build(Ops.create(graph)).parameters())
          .isEqualTo(2 * 99 * 24 + 5 * 24 + block + 2 * 24);
    }
  }

  @Test
  void headsThatDoNotDivideTheWidthAreRefused() {
    AlgorithmicSpec spec = new AlgorithmicSpec();
    SettingValues values = with(spec, SettingValues.DEFAULTS, "heads", 3);
    assertThatThrownBy(() -> spec.create(values, 0, DownloadListener.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("heads must divide width, was heads 3, width 128");
  }

  private static SettingValues with(
      AlgorithmicSpec spec, SettingValues values, String name, int n) {
    Setting<?> setting =
        spec.settings().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
    return values.with(integer(setting), n);
  }

  @SuppressWarnings("unchecked")
  private static Setting<Integer> integer(Setting<?> setting) {
    return (Setting<Integer>) setting;
  }
}
