package org.grokfast.models.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.Unfiltered;
import org.grokfast.models.optimizer.AdamOptions;
import org.grokfast.models.optimizer.OptimizerKind;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.models.training.files.MetricsFile;
import org.grokfast.models.training.files.MetricsRow;
import org.grokfast.pass.DecoupledWeightDecay;
import org.grokfast.pass.Lookahead;
import org.grokfast.pass.Muon;
import org.grokfast.pass.StepPass;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** What passes do in the training of a task. */
@Tag("native")
class PassesRunTest {
  private static final String WEIGHT = "token_embeddings/weight";

  @TempDir private Path folder;

  private static GradientFilter ema(StepPass... passes) {
    return Ema.of(0.9, 2).withOptions(FilterOptions.builder().passes(passes).build());
  }

  private static TrainingOptions.Builder options(
      OptimizerKind kind, double decay, GradientFilter filter) {
    return Runs.options(40)
        .optimizer(kind)
        .adam(AdamOptions.builder().learningRate(1e-2).warmupSteps(5).weightDecay(decay).build())
        .filter(Optional.ofNullable(filter));
  }

  private List<MetricsRow> run(String name, TrainingOptions options) throws IOException {
    Path out = folder.resolve(name);
    Trainer.start(Runs.task(), options, out).run();
    return MetricsFile.read(out.resolve("metrics.csv"));
  }

  /** The task's Adam hands its op a rate that is corrected already, and says what the rate is. */
  @Test
  void adamWithDecoupledDecayIsAdamWToTheBit() throws IOException {
    List<MetricsRow> adamW = run("adamw", options(OptimizerKind.ADAMW, 0.5, ema()).build());
    List<MetricsRow> adam =
        run("adam", options(OptimizerKind.ADAM, 0, ema(DecoupledWeightDecay.of(0.5))).build());
    assertThat(adam).isEqualTo(adamW);
    assertThat(adam).isNotEqualTo(run("none", options(OptimizerKind.ADAM, 0, ema()).build()));
  }

  @Test
  void aRunWithPassesIsResumedBitForBit() throws IOException {
    GradientFilter filter = Unfiltered.with(Lookahead.of(7, 0.5));
    TrainingOptions whole = options(OptimizerKind.ADAMW, 1, filter).build();
    List<MetricsRow> expected = run("whole", whole);
    Path out = folder.resolve("parts");
    Trainer.start(Runs.task(), whole.toBuilder().steps(24).build(), out).run();
    Trainer.resume(Runs.task(), whole, out).run();
    assertThat(MetricsFile.read(out.resolve("metrics.csv"))).isEqualTo(expected);
  }

  /** AdamW shrinks the weights before its update: slow weights begin before that. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void slowWeightsBeginAsTheWeightsBeforeTheFirstStep(boolean filtered) {
    StepPass lookahead = Lookahead.of(1, 0.5);
    GradientFilter without = filtered ? ema() : null;
    GradientFilter with = filtered ? ema(lookahead) : Unfiltered.with(lookahead);
    for (int repeat = 0; repeat < 4; repeat++) {
      List<float[]> plain = firstStep(options(OptimizerKind.ADAMW, 1, without).build());
      float[] ahead = firstStep(options(OptimizerKind.ADAMW, 1, with).build()).get(1);
      for (int i = 0; i < ahead.length; i++) {
        float start = plain.get(0)[i];
        float half = (plain.get(1)[i] - start) * 0.5f;
        assertThat(ahead[i]).isEqualTo(start + half);
      }
      assertThat(ahead).isNotEqualTo(plain.get(1));
    }
  }

  /** A weight before the first step and after it. */
  private static List<float[]> firstStep(TrainingOptions options) {
    TrainingOptions warm =
        options.toBuilder()
            .adam(AdamOptions.builder().learningRate(1e-2).warmupSteps(0).weightDecay(1).build())
            .build();
    List<float[]> values = new ArrayList<>();
    try (TrainingGraph graph = TrainingGraph.build(Runs.task(), warm);
        Session session = graph.session(1);
        TInt32 tokens = TInt32.tensorOf(Shape.of(16, 4), data -> fill(data, 13));
        TInt32 answers = TInt32.tensorOf(Shape.of(16), data -> fill(data, 11))) {
      session.initialize();
      values.add(weight(session));
      session
          .runner()
          .feed("tokens", tokens)
          .feed("answers", answers)
          .addTarget(graph.update())
          .run()
          .close();
      values.add(weight(session));
    }
    return values;
  }

  private static void fill(TInt32 data, int limit) {
    int[] next = {0};
    data.scalars().forEach(each -> each.setInt(7 * next[0]++ % limit));
  }

  private static float[] weight(Session session) {
    try (var result = session.runner().fetch(WEIGHT).run()) {
      TFloat32 tensor = (TFloat32) result.get(0);
      float[] values = new float[(int) tensor.size()];
      int[] next = {0};
      tensor.scalars().forEach(each -> values[next[0]++] = each.getFloat());
      return values;
    }
  }

  @Test
  void weightsAreNotShrunkTwice() {
    TrainingOptions.Builder both =
        options(OptimizerKind.ADAMW, 0.1, Unfiltered.with(DecoupledWeightDecay.of(0.1)));
    assertThatThrownBy(both::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "adamw shrinks weights by weight-decay already, and decoupled-weight-decay would shrink"
                + " them twice; give one of the two, optimizer adam, or decay-exclude for the"
                + " variables that are not to shrink further");
  }

  /** Muon serves none but those that are named, so that leaving others out is no way. */
  @Test
  void matricesAreNotShrunkTwiceEither() {
    Muon muon = Muon.of(0.02, "^layers/").withDecay(0.1);
    assertThatThrownBy(options(OptimizerKind.ADAMW, 0.1, Unfiltered.with(muon))::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "adamw shrinks weights by weight-decay already, and muon would shrink them twice; give"
                + " one of the two, or optimizer adam");
  }

  /** AdamW shrinks by 1 − 0.01·1 here and the pass by 1 − 0.01·50, in one step and in any order. */
  @Test
  void someVariablesShrinkFurtherThanAdamWShrinksAll() {
    DecoupledWeightDecay further = DecoupledWeightDecay.of(50);
    List<float[]> plain = firstStep(options(OptimizerKind.ADAMW, 1, null).build());
    for (int repeat = 0; repeat < 4; repeat++) {
      List<float[]> both =
          firstStep(
              options(OptimizerKind.ADAMW, 1, Unfiltered.with(further.except("^(?!token_)")))
                  .build());
      for (int i = 0; i < both.get(1).length; i++) {
        float start = plain.get(0)[i];
        float update = plain.get(1)[i] - 0.99f * start;
        // Three roundings of numbers of the size of a weight, below 4 each.
        assertThat(both.get(1)[i]).isCloseTo(0.99f * 0.5f * start + update, within(2e-6f));
      }
    }
    GradientFilter others = Unfiltered.with(further.except("^token_"));
    assertThat(firstStep(options(OptimizerKind.ADAMW, 1, others).build()).get(1))
        .isEqualTo(plain.get(1));
  }
}
