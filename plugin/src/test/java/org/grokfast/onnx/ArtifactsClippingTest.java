package org.grokfast.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.filter.Ema;
import org.grokfast.onnx.file.CheckpointOf;
import org.grokfast.onnx.file.OnnxFile;
import org.grokfast.onnx.file.OrtArtifacts;
import org.grokfast.onnx.rules.ModelText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Artifacts whose optimizer model clips, which is behind the filter of the training model. */
class ArtifactsClippingTest {
  private static final ModelProto TRAINING =
      ModelText.parse(
          """
          g = Input
          reset = Input {type=bool, shape=1}
          w_grad.accumulation.buffer = Input
          w_grad.accumulation.out = com.microsoft.InPlaceAccumulatorV2(\
          w_grad.accumulation.buffer, g, reset) {type=bool, output=1}
          """);

  private static final String NOTE =
      "the optimizer model clips the gradients (InplaceClipGradNorm), and so what is filtered: in"
          + " all other forms the filter stands behind the clipping";

  @TempDir private Path folder;

  private List<String> notes(String optimizer) throws IOException {
    Files.write(folder.resolve(OrtArtifacts.OPTIMIZER), ModelText.parse(optimizer).toByteArray());
    OrtArtifacts artifacts =
        new OrtArtifacts(
            folder,
            new OnnxFile("training", TRAINING, Optional.empty()),
            Optional.empty(),
            CheckpointOf.trained(Map.of("w", List.of(2L, 2L))));
    return new ArtifactsRewriter(Ema.of(0.9, 2)).apply(artifacts).report().notes();
  }

  @Test
  void aClippingOfTheOptimizerModelIsNamed() throws IOException {
    String model =
        """
        w = Input
        g = Input
        c = com.microsoft.InplaceClipGradNorm(g) {max_norm=1.0}
        done = com.microsoft.AdamWOptimizer(w, c) {output=2x2}
        """;
    assertThat(notes(model)).contains(NOTE);
    assertThat(notes(model.replace("InplaceClipGradNorm", "Other"))).doesNotContain(NOTE);
  }
}
