package org.grokfast.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.grokfast.filter.Ema;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.Orthogonal;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.io.ReadLimits;
import org.grokfast.onnx.ArtifactsRewriter;
import org.grokfast.onnx.file.OrtArtifacts;
import org.grokfast.tests.AlgebraCase;
import org.grokfast.tests.AlgebraFilter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ONNX Runtime's artifacts, trained by a program that knows nothing of filters. */
@OrtTraining
@Tag("native")
class ArtifactsTest {
  private static final int STEPS = 50;

  @TempDir Path scratch;

  private ArtifactRun run(Path folder) throws OrtException {
    return new ArtifactRun(folder, folder.resolve(OrtArtifacts.CHECKPOINT), scratch);
  }

  private Path rewritten(OrtArtifacts original, GradientFilter filter) {
    return ArtifactRun.written(
        new ArtifactsRewriter(filter).apply(original).artifacts(), scratch.resolve("filtered"));
  }

  static Stream<Arguments> optimizersAndFilters() {
    Stream<Arguments> plain =
        Stream.of("sgd", "adamw")
            .flatMap(
                optimizer ->
                    Stream.of(
                        Arguments.of(optimizer, Ema.of(0.9, 2)),
                        Arguments.of(optimizer, MovingAverage.of(7, 3)),
                        Arguments.of(optimizer, Orthogonal.of(0.9, 0.1))));
    return Stream.concat(
        plain, FilterVariants.withoutFormats().map(filter -> Arguments.of("sgd", filter)));
  }

  @ParameterizedTest
  @MethodSource("optimizersAndFilters")
  void artifactsTrainToWhatTheArraysGive(String optimizer, GradientFilter filter)
      throws OrtException {
    OrtArtifacts original = ArtifactRun.stored(optimizer);
    try (ArtifactRun run = run(rewritten(original, filter))) {
      run.train(0, STEPS, 1);
      double tolerance = FilterVariants.tolerance(Precision.FLOAT32, filter);
      requireClose(run.weights(), new ArtifactOracle(original, filter).train(STEPS, 1), tolerance);
    }
  }

  @ParameterizedTest
  @MethodSource("optimizersAndFilters")
  void twoMicroBatchesAreFilteredAsOneAccumulatedGradient(String optimizer, GradientFilter filter)
      throws OrtException {
    OrtArtifacts original = ArtifactRun.stored(optimizer);
    // Adam divides by the root of the squares, which magnifies roundings of small gradients.
    double tolerance = optimizer.equals("sgd") ? 1e-6 : 5e-6;
    double last = FilterVariants.tolerance(Precision.FLOAT32, filter);
    try (ArtifactRun run = run(rewritten(original, filter))) {
      run.train(0, 10, 2);
      requireClose(
          run.weights(),
          new ArtifactOracle(original, filter).train(10, 2),
          filter instanceof Orthogonal ? last : tolerance);
      run.train(10, STEPS, 2);
      requireClose(run.weights(), new ArtifactOracle(original, filter).train(STEPS, 2), last);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"VARIABLE", "DOT", "SUM_AXES", "DIVIDE_OR_ZERO"})
  void aFilterReadsTheParameterAsItWasBeforeTheStep(AlgebraCase expression) throws OrtException {
    OrtArtifacts original = ArtifactRun.stored("sgd");
    GradientFilter filter = new AlgebraFilter(expression);
    for (int microBatches : List.of(1, 2)) {
      try (ArtifactRun run = run(rewritten(original, filter))) {
        run.train(0, 3, microBatches);
        requireClose(
            run.weights(), new ArtifactOracle(original, filter).train(3, microBatches), 1e-5);
      }
    }
  }

  private static void requireClose(
      Map<String, double[]> actual, Map<String, double[]> expected, double tolerance) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    actual.forEach(
        (name, values) ->
            assertThat(StepModel.largestDifference(values, expected.get(name)))
                .as(name)
                .isLessThan(tolerance));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "adamw"})
  void withLambZeroTheWeightsAreThoseOfTheOriginalToTheLastBit(String optimizer)
      throws OrtException {
    OrtArtifacts original = ArtifactRun.stored(optimizer);
    for (int microBatches : List.of(1, 2)) {
      try (ArtifactRun plain = run(original.folder())) {
        plain.train(0, STEPS, microBatches);
        for (GradientFilter filter :
            List.of(Ema.of(0.9, 0), MovingAverage.of(7, 0), Orthogonal.of(0.9, 0))) {
          try (ArtifactRun run = run(rewritten(original, filter))) {
            run.train(0, STEPS, microBatches);
            assertThat(run.weights()).usingRecursiveComparison().isEqualTo(plain.weights());
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("optimizersAndFilters")
  void aResumedRunIsTheUninterruptedOneToTheLastBit(String optimizer, GradientFilter filter)
      throws OrtException {
    Path folder = rewritten(ArtifactRun.stored(optimizer), filter);
    Path saved;
    Map<String, double[]> whole;
    try (ArtifactRun run = run(folder)) {
      run.train(0, 13, 2);
      saved = run.save("middle");
      run.train(13, 30, 2);
      whole = run.weights();
    }
    try (ArtifactRun resumed = new ArtifactRun(folder, saved, scratch)) {
      resumed.session().setLearningRate(ArtifactRun.RATE);
      resumed.train(13, 30, 2);
      assertThat(resumed.weights()).usingRecursiveComparison().isEqualTo(whole);
    }
  }

  @Test
  void evalAndTheExportedModelKnowNothingOfTheFilter() throws OrtException {
    OrtArtifacts original = ArtifactRun.stored("sgd");
    float expected;
    Path plainExport = scratch.resolve("plain.onnx");
    try (ArtifactRun plain = run(original.folder())) {
      plain.train(0, 5, 1);
      expected = plain.eval(7);
      plain.session().exportModelForInference(plainExport, new String[] {"prediction"});
    }
    Path export = scratch.resolve("inference.onnx");
    try (ArtifactRun run = run(rewritten(original, Ema.of(0.9, 0)))) {
      assertThat(run.session().getTrainInputNames()).containsExactly("x", "y");
      assertThat(run.session().getTrainOutputNames()).containsExactly("loss");
      assertThat(run.session().getEvalInputNames()).containsExactly("x", "y");
      run.train(0, 5, 1);
      assertThat(run.eval(7)).isEqualTo(expected);
      run.session().exportModelForInference(export, new String[] {"prediction"});
      assertThat(predictions(export, run)).isEqualTo(predictions(plainExport, run));
    }
  }

  private static float[] predictions(Path model, ArtifactRun run) throws OrtException {
    try (OrtSession session = OrtEnvironment.getEnvironment().createSession(model.toString());
        OnnxTensor x = run.tensor(ArtifactRun.data(3).get("x"), new long[] {8, 3})) {
      assertThat(session.getInputNames()).containsExactly("x");
      try (OrtSession.Result result = session.run(Map.of("x", x))) {
        return ((OnnxTensor) result.get(0)).getFloatBuffer().array();
      }
    }
  }

  @Test
  void aCheckpointFromBeforeTheRewritingKeepsWhatItHoldsAndTheFilterStartsAfresh()
      throws Exception {
    OrtArtifacts original = ArtifactRun.stored("adamw");
    Path older;
    try (ArtifactRun plain = run(original.folder())) {
      plain.train(0, 6, 1);
      older = plain.save("older");
    }
    Path folder = rewritten(original, Ema.of(0.9, 2));
    Path checkpoint = folder.resolve(OrtArtifacts.CHECKPOINT);
    Files.copy(older, checkpoint, StandardCopyOption.REPLACE_EXISTING);
    try (ArtifactRun run = run(folder)) {
      assertThatThrownBy(() -> run.train(0, 1, 1))
          .as("the runtime itself refuses rather than guesses")
          .isInstanceOf(OrtException.class)
          .hasMessageContaining("feed names has 22 elements");
    }
    ArtifactsRewriter.Result result =
        new ArtifactsRewriter(Ema.of(0.9, 2))
            .replace(OrtArtifacts.read(folder, ReadLimits.DEFAULTS));
    assertThat(result.report().notes())
        .contains(
            "the checkpoint was written before the rewriting: what it holds stays, and the filter"
                + " starts afresh");
    assertThat(ArtifactRun.weights(result.artifacts().checkpoint()))
        .usingRecursiveComparison()
        .isEqualTo(ArtifactRun.weights(ArtifactRun.checkpoint(older)));
    try (ArtifactRun run =
        run(ArtifactRun.written(result.artifacts(), scratch.resolve("continued")))) {
      float loss = run.train(6, 7, 1);
      try (ArtifactRun plain = new ArtifactRun(original.folder(), older, scratch)) {
        assertThat(loss).as("the same parameters").isEqualTo(plain.train(6, 7, 1));
        // One Adam step later g' = 3g has moved the moments: the filter acts.
        assertThat(run.weights()).usingRecursiveComparison().isNotEqualTo(plain.weights());
      }
    }
  }
}
