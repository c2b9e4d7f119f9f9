package org.grokfast.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.onnx.CarriedValue;
import org.grokfast.onnx.OnnxRewriter;
import org.grokfast.onnx.training.OnnxTrainingStep;
import org.grokfast.rewrite.GraphRewriteException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Training from Java: what is carried from step to step, saved and resumed. */
@Tag("native")
class OnnxTrainingStepTest {
  private static final List<GradientFilter> FILTERS =
      List.of(Ema.of(0.9, 2), MovingAverage.of(5, 3).withWarmup(false));

  @TempDir Path folder;

  private static StepModel exported() {
    try {
      return StepModel.at(
          Path.of(
              OnnxTrainingStepTest.class
                  .getResource("/onnx/exported/plain-step-sgd.onnx")
                  .toURI()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path written(String name, ModelProto model) throws IOException {
    return Files.write(folder.resolve(name), model.toByteArray());
  }

  @Test
  void theExampleTrainsTheExportedNetworkToTheLossThatThePageStates() throws Exception {
    StepModel original = exported();
    Path plain = original.file().path().orElseThrow();
    Path filtered = written("filtered.onnx", original.rewrite(Ema.of(0.9, 2)).model());
    float before = TrainMlp.train(plain, folder.resolve("plain"), 400);
    float after = TrainMlp.train(filtered, folder.resolve("filtered"), 400);
    assertThat(after).isLessThan(0.01f).isLessThan(before);
    String page =
        Files.readString(
            Path.of(System.getProperty("grokfast.root"), "docs/onnx.md"), StandardCharsets.UTF_8);
    assertThat(page).contains("below 0.01 in 400 steps");
  }

  @Test
  void thePageShowsTheExampleAsItIsCompiled() throws IOException {
    Path root = Path.of(System.getProperty("grokfast.root"));
    String source =
        Files.readString(
            root.resolve("tests/src/test/java/org/grokfast/tests/onnx/TrainMlp.java"),
            StandardCharsets.UTF_8);
    String example =
        source
            .substring(source.indexOf("// tag::example[]\n"), source.indexOf("  // end::example[]"))
            .replace("// tag::example[]\n", "")
            .replaceAll("(?m)^  ", "");
    assertThat(Files.readString(root.resolve("docs/onnx.md"), StandardCharsets.UTF_8))
        .contains("```java\n" + example + "```\n");
  }

  @Test
  void aResumedRunGivesTheBytesOfTheUninterruptedOne() throws Exception {
    StepModel original = exported();
    for (GradientFilter filter : FILTERS) {
      Path model = written("m.onnx", original.rewrite(filter).model());
      Path whole = folder.resolve(filter.getClass().getSimpleName() + "-whole");
      Path parts = folder.resolve(filter.getClass().getSimpleName() + "-parts");
      float expected = TrainMlp.train(model, whole, 20);
      TrainMlp.train(model, parts, 13);
      assertThat(TrainMlp.train(model, parts, 7)).isEqualTo(expected);
      assertThat(parts).hasSameBinaryContentAs(whole);
    }
  }

  private static Ema tunable() {
    return Ema.of(0.9, 2).withOptions(FilterOptions.builder().tunable(true).build());
  }

  @Test
  void aFileFromBeforeTheRewritingStartsTheFilterAfresh() throws Exception {
    StepModel original = exported();
    Path state = folder.resolve("state");
    TrainMlp.train(original.file().path().orElseThrow(), state, 5);
    Path model = written("m.onnx", original.rewrite(tunable()).model());
    try (OnnxTrainingStep step = OnnxTrainingStep.open(model)) {
      assertThat(step.resume(state))
          .contains("grokfast/w0/ema", "grokfast/step", "grokfast/lamb")
          .doesNotContain("w0");
      assertThat(step.get("grokfast/lamb").getDoubleBuffer().get(0)).isEqualTo(2);
      step.save(folder.resolve("again"));
    }
    try (OnnxTrainingStep step = OnnxTrainingStep.open(model)) {
      assertThat(step.resume(folder.resolve("again"))).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"adam_clip_norm_decay", "by_flow", "several_optimizers"})
  void stepsAreThoseOfALoopOverNames(String name) throws Exception {
    StepModel stored = StepModel.stored(name);
    OnnxRewriter.Result result = stored.rewrite(Ema.of(0.9, 2));
    Map<String, double[]> expected = stored.train(result.model(), 3);
    try (OnnxTrainingStep step = OnnxTrainingStep.open(written("m.onnx", result.model()));
        OnnxSession session = new OnnxSession(result.model())) {
      Map<String, double[]> values = StepModel.start(session, result.model());
      for (CarriedValue value : step.carried()) {
        if (!value.isFilterState()) {
          try (OnnxTensor tensor = session.tensor(value.input(), values.get(value.input()))) {
            step.set(value.input(), tensor);
          }
        }
      }
      for (int i = 0; i < 3; i++) {
        StepModel.feedData(values, session, i);
        Map<String, OnnxTensor> data = new java.util.LinkedHashMap<>();
        for (String input : step.dataInputs()) {
          data.put(input, session.tensor(input, values.get(input)));
        }
        step.run(data);
        data.values().forEach(OnnxTensor::close);
      }
      for (CarriedValue value : step.carried()) {
        assertThat(OnnxSession.values(step.get(value.input())))
            .as(value.input())
            .isEqualTo(expected.get(value.input()));
      }
    }
  }

  @Test
  void anOutputNamedByHandIsRememberedByTheModel() throws Exception {
    ModelProto rewritten =
        new OnnxRewriter(Ema.defaults())
            .withNames(Map.of(), Map.of("w0", "o1"))
            .apply(StepModel.stored("by_flow").model())
            .model();
    assertThat(CarriedValue.of(rewritten))
        .filteredOn(value -> value.input().equals("w0"))
        .extracting(CarriedValue::output)
        .containsExactly("o1");
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      assertThatThrownBy(
              () ->
                  OnnxTrainingStep.open(
                      written("m.onnx", rewritten), options, Map.of("w0", "nothing")))
          .isInstanceOf(GraphRewriteException.class)
          .hasMessageContaining("update: 'nothing' is no output of the graph");
    }
  }

  @Test
  void aParameterOfAFilterIsChangedBetweenSteps() throws Exception {
    Path model = written("m.onnx", exported().rewrite(tunable()).model());
    Path state = folder.resolve("state");
    TrainMlp.train(model, state, 3);
    try (OnnxTrainingStep step = OnnxTrainingStep.open(model);
        OnnxTensor lamb =
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(),
                DoubleBuffer.wrap(new double[] {0.5}),
                new long[0])) {
      step.resume(state);
      step.set("grokfast/lamb", lamb);
      step.save(state);
    }
    TrainMlp.train(model, state, 1);
    try (OnnxTrainingStep step = OnnxTrainingStep.open(model)) {
      step.resume(state);
      assertThat(step.get("grokfast/lamb").getDoubleBuffer().get(0)).isEqualTo(0.5);
    }
  }

  @Test
  void wrongUseIsNamed() throws Exception {
    Path model = exported().file().path().orElseThrow();
    try (OnnxTrainingStep step = OnnxTrainingStep.open(model);
        OnnxTensor scalar =
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), FloatBuffer.wrap(new float[1]), new long[0])) {
      assertThat(step.missing()).containsExactly("b0", "b1", "w0", "w1");
      assertThat(step.dataInputs()).containsExactly("lr", "x", "y");
      assertThatThrownBy(() -> step.run(Map.of()))
          .isInstanceOf(GraphRewriteException.class)
          .hasMessageContaining("no first value of [b0, b1, w0, w1]; set parameters with set");
      assertThatThrownBy(() -> step.save(folder.resolve("x")))
          .hasMessageContaining("no first value of");
      assertThatThrownBy(() -> step.set("w0", scalar))
          .hasMessage("value of 'w0' is FLOAT [], but the model takes FLOAT [8, 4]");
      assertThatThrownBy(() -> step.set("w2", scalar))
          .hasMessage("'w2' is not carried from step to step; did you mean 'w0'?");
      assertThatThrownBy(() -> step.get("w0")).hasMessage("value of 'w0' was not set yet");
      step.setZero("w0", "w1", "b0", "b1");
      assertThatThrownBy(() -> step.run(Map.of("lr", scalar)))
          .hasMessageContaining("a step takes [lr, x, y], but got [lr]");
    }
  }

  @Test
  void aFailedStepLeavesTheValuesAsTheyWere() throws Exception {
    Path model = exported().file().path().orElseThrow();
    Path state = folder.resolve("state");
    TrainMlp.train(model, state, 2);
    try (OnnxTrainingStep step = OnnxTrainingStep.open(model);
        OnnxTensor scalar =
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), FloatBuffer.wrap(new float[1]), new long[0])) {
      step.resume(state);
      assertThatThrownBy(() -> step.run(Map.of("lr", scalar, "x", scalar, "y", scalar)))
          .isInstanceOf(OrtException.class);
      step.save(folder.resolve("after"));
    }
    assertThat(folder.resolve("after")).hasSameBinaryContentAs(state);
  }

  @Test
  void aFileThatDoesNotFitIsNamed() throws Exception {
    Path model = written("m.onnx", exported().rewrite(Ema.of(0.9, 2)).model());
    Path other = written("o.onnx", exported().rewrite(MovingAverage.of(5, 3)).model());
    Path state = folder.resolve("state");
    TrainMlp.train(other, state, 2);
    try (OnnxTrainingStep step = OnnxTrainingStep.open(model)) {
      assertThat(step.resume(state)).contains("grokfast/w0/ema").doesNotContain("grokfast/lamb");
      assertThatThrownBy(() -> step.resume(model))
          .hasMessageContaining("m.onnx: holds no tensor 'w0', which the model carries");
      Files.write(state, new byte[100]);
      assertThatThrownBy(() -> step.resume(state)).isInstanceOf(GraphRewriteException.class);
    }
  }

  @Test
  void aModelThatCarriesNothingIsNoTrainingStep() throws Exception {
    ModelProto model = exported().model();
    ModelProto inference =
        model.toBuilder()
            .setGraph(
                model.getGraph().toBuilder().clearOutput().addOutput(model.getGraph().getOutput(0)))
            .build();
    Path file = written("inference.onnx", inference);
    assertThatThrownBy(() -> OnnxTrainingStep.open(file))
        .hasMessageContaining("no output holds the next value of an input");
  }
}
