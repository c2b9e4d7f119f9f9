package org.grokfast.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.grokfast.onnx.ArtifactsRewriter;
import org.grokfast.onnx.cover.OnnxCoverage;
import org.grokfast.onnx.file.OrtArtifacts;
import org.grokfast.onnx.find.OnnxSites;
import org.grokfast.onnx.find.step.TrainingModel;
import org.grokfast.rewrite.coverage.Coverage;
import org.grokfast.rewrite.coverage.Fate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of everything that the stored ONNX training graphs change with their data. */
@Tag("native")
class FatesTest {
  /** Models of one table line are those whose fates are the same. */
  private static final String TABLE =
      """
      3 filtered: accumulate bfloat16 bfloat16_cast clip_each_norm float16 float64\
       gradient_from_function gradient_from_if loss_scale microsoft_sgd opset11 opset12 opset13\
       opset15 opset17 opset18 opset19 opset20 opset21 opset22 opset23 opset24 opset25 opset26\
       skip_where
      3 filtered, 6 optimizer state: adam_clip_norm_decay adamw einsum_adam training_info_adam
      3 filtered, 3 optimizer state: by_flow clip_value fed_gradients momentum_decay\
       several_optimizers training_info_adagrad training_info_momentum watched
      6 filtered, 12 optimizer state: batch_norm_adam
      1 filtered: flattened shared unchanged
      2 filtered: frozen
      3 filtered, 9 optimizer state: microsoft_adam
      2 filtered, 6 optimizer state: microsoft-adam-step
      3 filtered, 7 optimizer state: microsoft_lamb
      4 filtered: plain-step-sgd twins twins_scaled
      11 filtered: transformer_sgd
      1 trained and unfiltered: transposed
      3 trained and unfiltered: update_in_if update_in_loop
      """;

  private static Path root() throws URISyntaxException {
    return Path.of(FatesTest.class.getResource("/onnx/opset17.onnx").toURI()).getParent();
  }

  private static String text(Coverage coverage) {
    return Arrays.stream(Fate.values())
        .filter(fate -> coverage.count(fate) > 0)
        .map(fate -> coverage.count(fate) + " " + fate.label())
        .collect(Collectors.joining(", "));
  }

  private static String fates(Path file) {
    try {
      OnnxSites sites = new OnnxSites();
      TrainingModel model = sites.indexed(ModelProto.parseFrom(Files.readAllBytes(file)));
      return text(OnnxCoverage.of(model, sites.find(model)));
    } catch (IOException e) {
      throw new IllegalStateException(file.toString(), e);
    }
  }

  @Test
  void everyStoredModelIsAccountedFor() throws IOException, URISyntaxException {
    List<Path> models;
    try (Stream<Path> files = Files.walk(root())) {
      models =
          files
              .filter(file -> file.toString().endsWith(".onnx"))
              .filter(file -> !file.toString().contains("artifacts"))
              .sorted()
              .toList();
    }
    List<String> actual =
        models.stream()
            .map(file -> file.getFileName().toString().replace(".onnx", "") + ": " + fates(file))
            .toList();
    List<String> expected =
        TABLE
            .lines()
            .flatMap(
                line -> {
                  String[] parts = line.split(": ", -1);
                  return Arrays.stream(parts[1].split(" ", -1)).map(name -> name + ": " + parts[0]);
                })
            .toList();
    assertThat(actual).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void everyTrainedTensorOfArtifactsIsAccountedFor() {
    for (String name : List.of("adamw", "sgd")) {
      OrtArtifacts artifacts = ArtifactRun.stored(name);
      Coverage coverage = OnnxCoverage.of(artifacts, ArtifactsRewriter.find(artifacts));
      assertThat(coverage.count(Fate.FILTERED)).isEqualTo(artifacts.checkpoint().trained().size());
      assertThat(coverage.fates()).hasSize(artifacts.checkpoint().trained().size());
    }
  }
}
