package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.grokfast.filter.Ema;
import org.grokfast.models.algorithmic.AlgorithmicTask;
import org.grokfast.models.algorithmic.BinaryOperation;
import org.grokfast.models.algorithmic.DecoderShape;
import org.grokfast.models.algorithmic.ModularArithmetic;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.models.training.Trainer;
import org.grokfast.tools.console.ExitCode;
import org.grokfast.tools.verify.ChildShell;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The verb {@code export}. */
@Tag("native")
@Tag("process")
class ExportVerbTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTrainingSavedModelBecomesOneForServing(boolean filtered) throws IOException {
    Path training = folder.resolve("training");
    float[][] trained = Regression.saveTrained(training, filtered);
    Path serving = folder.resolve("serving");
    Invocation run = Invocation.of("export", training, "-o", serving);
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(run.out()).contains("1 variable", "serving_default", "images = x:0", "scores = y:0");
    requireServing(serving, trained);
  }

  @Test
  void aSavedModelThatWasRewrittenAsAFileIsExportedWithItsValues() throws IOException {
    Path training = folder.resolve("training");
    float[][] trained = Regression.saveTrained(training, false);
    Path rewritten = folder.resolve("rewritten");
    assertThat(Invocation.of("rewrite", training, "-o", rewritten).code()).isZero();
    Path serving = folder.resolve("serving");
    Invocation run = Invocation.of("export", rewritten, "-o", serving);
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    requireServing(serving, trained);
  }

  @Test
  void whereNoShellSetsLimitsOneLineSaysWhichOnesHold() throws IOException {
    Path training = folder.resolve("training");
    Regression.saveTrained(training, false);
    System.setProperty(ChildShell.PROPERTY, folder.resolve("sh").toString());
    try {
      Invocation run = Invocation.of("export", training, "-o", folder.resolve("serving"));
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.err().lines())
          .singleElement(InstanceOfAssertFactories.STRING)
          .contains("only the time (--timeout) and the Java heap (--heap) are limited");
    } finally {
      System.clearProperty(ChildShell.PROPERTY);
    }
  }

  private void requireServing(Path serving, float[][] trained) throws IOException {
    try (SavedModelBundle bundle = SavedModelBundle.load(serving.toString(), "serve")) {
      bundle
          .metaGraphDef()
          .getGraphDef()
          .getNodeList()
          .forEach(
              node ->
                  assertThat(node.getName() + " " + node.getOp())
                      .doesNotContain("grokfast")
                      .doesNotContain("Apply")
                      .doesNotContain("Gradients"));
      assertThat(Regression.weights(bundle.session())).isDeepEqualTo(trained);
      float[][] input = {{1, 0, 0}};
      try (TFloat32 x = TFloat32.tensorOf(StdArrays.ndCopyOf(input));
          var result = bundle.function("serving_default").call(Map.of("images", x))) {
        TFloat32 scores = (TFloat32) result.get("scores").orElseThrow();
        assertThat(scores.getFloat(0, 0)).isEqualTo(trained[0][0]);
      }
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .allMatch(name -> name.matches("training|rewritten|serving"));
    }
  }

  @Test
  void tensorsAreNamedOnTheCommandLine() throws IOException {
    Path training = folder.resolve("training");
    Regression.saveTrained(training, false);
    Path serving = folder.resolve("serving");
    Invocation run =
        Invocation.of(
            "export",
            training,
            "-o",
            serving,
            "--inputs",
            "in=x:0",
            "--outputs",
            "out=y:0",
            "--signature",
            "predict",
            "--json");
    assertThat(run.code()).isZero();
    JsonNode json = Schemas.parse("export", run.out());
    assertThat(json.path("version").asInt()).isEqualTo(1);
    JsonNode signature = json.path("signatures").path(0);
    assertThat(signature.path("key").asText()).isEqualTo("predict");
    assertThat(signature.path("inputs").path(0).path("name").asText()).isEqualTo("in");
    assertThat(signature.path("outputs").path(0).path("tensor").asText()).isEqualTo("y:0");
  }

  @Test
  void aTensorThatDoesNotExistIsNamed() throws IOException {
    Path training = folder.resolve("training");
    Regression.saveTrained(training, false);
    Invocation run =
        Invocation.of("export", training, "-o", folder.resolve("no"), "--outputs", "out=nowhere:0");
    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("--outputs: the graph has no tensor 'nowhere:0'");
    assertThat(folder.resolve("no")).doesNotExist();
  }

  @Test
  void anExistingFolderIsReplacedWithForceOnly() throws IOException {
    Path training = folder.resolve("training");
    float[][] trained = Regression.saveTrained(training, false);
    Path serving = folder.resolve("serving");
    assertThat(Invocation.of("export", training, "-o", serving).code()).isZero();
    Invocation refused = Invocation.of("export", training, "-o", serving);
    assertThat(refused.code()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err()).contains("already exists", "--force");
    assertThat(Invocation.of("export", training, "-o", serving, "--force").code()).isZero();
    requireServing(serving, trained);
  }

  @Test
  void aGraphDefIsRefusedWithTheVerbToUseInstead() throws IOException {
    Path file = Regression.write(folder.resolve("model.pb"));
    Invocation run = Invocation.of("export", file, "-o", folder.resolve("no"));
    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("holds no values of variables", "grokfast strip --inference");
  }

  @Test
  void inputsWithoutOutputsAreAUsageError() {
    Invocation run = Invocation.of("export", "in", "-o", "out", "--inputs", "x=x:0");
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("--inputs needs --outputs");
  }

  @Test
  void aRunOfTrainBecomesAModelWithTokensAndLogits() {
    ModularArithmetic data = new ModularArithmetic(BinaryOperation.ADD, 5);
    AlgorithmicTask task =
        new AlgorithmicTask(data, 0.5, 3, new DecoderShape(data.tokens(), 5, 8, 2, 1));
    TrainingOptions options =
        TrainingOptions.builder().steps(3).batch(6).filter(Ema.of(0.9, 2)).build();
    Path out = folder.resolve("run");
    Trainer.start(task, options, out).run();
    Path serving = folder.resolve("serving");
    Invocation run = Invocation.of("export", out, "-o", serving);
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("tokens = tokens:0", "logits = ", "step 3");
    try (SavedModelBundle bundle = SavedModelBundle.load(serving.toString(), "serve");
        TInt32 tokens = TInt32.tensorOf(StdArrays.ndCopyOf(new int[2][ModularArithmetic.LENGTH]));
        var result = bundle.function("serving_default").call(Map.of("tokens", tokens))) {
      assertThat(result.get("logits").orElseThrow().shape()).isEqualTo(Shape.of(2, data.tokens()));
    }
  }
}
