package org.grokfast.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.grokfast.onnx.find.OnnxSites;
import org.grokfast.rewrite.UpdateSite;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Models that state the shapes of their inputs and outputs alone. */
class WithoutShapesTest {

  static Stream<Path> models() throws IOException, URISyntaxException {
    Path folder =
        Path.of(WithoutShapesTest.class.getResource("/onnx/opset17.onnx").toURI()).getParent();
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".onnx"))
          // What a function gives is known from a stated shape alone; else it is a near-miss.
          .filter(file -> !file.endsWith("gradient_from_function.onnx"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void theSameIsFoundWhereNoShapeBetweenIsStated(Path file) throws IOException {
    ModelProto model = ModelProto.parseFrom(Files.readAllBytes(file));
    ModelProto.Builder bare = model.toBuilder();
    bare.getGraphBuilder().clearValueInfo();
    bare.getTrainingInfoBuilderList()
        .forEach(training -> training.getAlgorithmBuilder().clearValueInfo());
    assertThat(new OnnxSites().find(bare.build())).isEqualTo(new OnnxSites().find(model));
  }

  /** PyTorch's exporter on traced training steps; the names are those of the exporter. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "transformer_sgd | 11 | e_weight=val_214 q_weight=mm_7 n_weight=sum_7",
        "einsum_adam | 3 | w=squeeze_1 o_weight=mm_1 o_bias=view_5",
        "batch_norm_adam | 6 | l_weight=mm_2 b_weight=mul_12 b_bias=sum_5"
      })
  void everyGradientOfAnExportedStepIsFound(String name, int count, String some) throws Exception {
    Path file = Path.of(getClass().getResource("/onnx/exported/" + name + ".onnx").toURI());
    ModelProto model = ModelProto.parseFrom(Files.readAllBytes(file));
    assertThat(model.getGraph().getValueInfoCount()).isZero();
    List<String> found =
        new OnnxSites()
            .find(model).stream()
                .map(UpdateSite.class::cast)
                .map(site -> site.variable().name() + "=" + site.gradient())
                .toList();
    assertThat(found).hasSize(count).contains(some.split(" ", -1));
  }
}
