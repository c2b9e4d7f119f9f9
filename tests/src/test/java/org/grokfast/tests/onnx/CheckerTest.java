package org.grokfast.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.onnx.ModelProto;
import org.bytedeco.onnx.global.onnx;
import org.grokfast.filter.Ema;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.Orthogonal;
import org.grokfast.filter.options.NonFinite;
import org.grokfast.onnx.ArtifactsRewriter;
import org.grokfast.onnx.OnnxRewriter;
import org.grokfast.onnx.file.OrtArtifacts;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * ONNX's own checker, with shape inference, on what the passes write. Its newest release on Maven
 * Central is 1.17.0, which knows IR version 10 and with it operator sets to 22.
 */
@OrtTraining
@Tag("native")
class CheckerTest {
  private static final List<String> TOO_NEW = List.of("opset23", "opset24", "opset25", "opset26");
  private static final List<String> NOT_FILTERED =
      List.of("transposed", "update_in_if", "update_in_loop");

  static Stream<StepModel> models() throws IOException, URISyntaxException {
    Stream<StepModel> plain =
        StepModel.names().stream()
            .filter(name -> !TOO_NEW.contains(name) && !NOT_FILTERED.contains(name))
            .map(StepModel::stored);
    Path folder = Path.of(CheckerTest.class.getResource("/onnx/optimizers").toURI());
    try (Stream<Path> files = Files.list(folder)) {
      return Stream.concat(plain, files.sorted().map(StepModel::at).toList().stream());
    }
  }

  private static List<GradientFilter> filters() {
    Ema ema = Ema.of(0.9, 2);
    return List.of(
        ema,
        MovingAverage.of(7, 3),
        Orthogonal.of(0.9, 0.1),
        ema.withOptions(
            ema.options().toBuilder().nonFinite(NonFinite.SKIP).tunable(false).build()));
  }

  @ParameterizedTest
  @MethodSource("models")
  void theCheckerTakesEveryRewrittenModel(StepModel step) {
    for (GradientFilter filter : filters()) {
      check(step.rewrite(filter).model().toByteArray());
      if (step.model().getTrainingInfoCount() > 0) {
        // The checker does not look into training_info.
        check(ConcatenatedModel.of(step.rewrite(filter).model()).toByteArray());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"adamw", "sgd"})
  void theCheckerTakesRewrittenArtifacts(String optimizer) {
    OrtArtifacts original = ArtifactRun.stored(optimizer);
    for (GradientFilter filter : filters()) {
      OrtArtifacts rewritten = new ArtifactsRewriter(filter).apply(original).artifacts();
      check(rewritten.training().model().toByteArray());
      check(rewritten.eval().orElseThrow().model().toByteArray());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"opset23", "opset24", "opset25", "opset26"})
  void theCheckerOfThisReleaseRefusesNewerFormats(String name) {
    byte[] rewritten =
        new OnnxRewriter(Ema.defaults())
            .apply(StepModel.stored(name).model())
            .model()
            .toByteArray();
    assertThatThrownBy(() -> check(rewritten))
        .hasMessageContaining("is higher than the checker's (10)");
  }

  private static void check(byte[] model) {
    try (PointerScope scope = new PointerScope()) {
      ModelProto proto = new ModelProto();
      BytePointer bytes = new BytePointer(model);
      assertThat(onnx.ParseProtoFromBytes(proto, bytes, model.length)).isTrue();
      onnx.check_model(proto, true, false, false);
      assertThat(Optional.of(scope)).isPresent();
    }
  }
}
