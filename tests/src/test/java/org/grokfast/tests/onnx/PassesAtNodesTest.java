package org.grokfast.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.grokfast.filter.Ema;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.Unfiltered;
import org.grokfast.onnx.OnnxRewriter;
import org.grokfast.onnx.OnnxStripper;
import org.grokfast.onnx.file.OnnxFile;
import org.grokfast.onnx.file.OnnxValidator;
import org.grokfast.pass.DecoupledWeightDecay;
import org.grokfast.pass.Lookahead;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tools.verify.ChildLimits;
import org.grokfast.tools.verify.VerifySettings;
import org.grokfast.tools.verify.onnx.OnnxVerification;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Passes at the optimizers of {@code ai.onnx.preview.training}, in the algorithm of a {@code
 * training_info} and in the model's own graph. What runs is the rewritten model with those nodes
 * written in standard operators.
 */
@Tag("native")
class PassesAtNodesTest {
  private static final int STEPS = 10;
  private static final double RATE = 0.0625;
  private static final List<String> PARAMETERS = List.of("w0", "b0", "w1");

  /** Where the optimizer stands. */
  enum Form {
    ALGORITHM,
    MAIN
  }

  static Stream<Arguments> all() {
    return Stream.of("momentum", "adagrad", "adam")
        .flatMap(kind -> Stream.of(Form.values()).map(form -> Arguments.of(kind, form)));
  }

  private static StepModel of(Form form, ModelProto model) {
    ModelProto own = form == Form.MAIN ? ConcatenatedModel.of(model) : model;
    return new StepModel("step", new OnnxFile("step", own, Optional.empty()));
  }

  private static StepModel stored(String kind, Form form) {
    return of(form, TrainingInfoTest.stored(kind).model());
  }

  /** The same optimizer without the decay that it makes itself. */
  private static StepModel withoutNorms(String kind, Form form) {
    ModelProto.Builder model = TrainingInfoTest.stored(kind).model().toBuilder();
    GraphProto.Builder algorithm = model.getTrainingInfoBuilder(0).getAlgorithmBuilder();
    for (NodeProto.Builder node : algorithm.getNodeBuilderList()) {
      for (AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
        if (attribute.getName().startsWith("norm_coefficient")) {
          attribute.setF(0);
        }
      }
    }
    return of(form, model.build());
  }

  private static ModelProto runnable(ModelProto model) {
    return ConcatenatedModel.expanded(
        model.getTrainingInfoCount() > 0 ? ConcatenatedModel.of(model) : model);
  }

  /** What is done to a parameter between two steps. */
  private interface Between {
    double[] apply(String parameter, int step, double[] before, double[] after);
  }

  private static List<Map<String, double[]>> train(
      StepModel step, ModelProto model, Between between) {
    List<Map<String, double[]>> all = new ArrayList<>();
    ModelProto plain = runnable(model);
    try (OnnxSession session = new OnnxSession(plain)) {
      Map<String, double[]> values = StepModel.start(session, plain);
      for (int number = 0; number < STEPS; number++) {
        StepModel.feedData(values, session, number);
        Map<String, double[]> before = new LinkedHashMap<>(values);
        Map<String, double[]> outputs = session.run(values);
        step.pairs(plain).forEach((input, output) -> values.put(input, outputs.get(output)));
        for (String w : PARAMETERS) {
          values.put(w, between.apply(w, number, before.get(w), values.get(w)));
        }
        all.add(new LinkedHashMap<>(values));
      }
    }
    return all;
  }

  private static List<Map<String, double[]>> train(StepModel step, ModelProto model) {
    return train(step, model, (w, number, before, after) -> after);
  }

  private static void assertSameBits(
      List<Map<String, double[]>> actual, List<Map<String, double[]>> expected) {
    for (int i = 0; i < STEPS; i++) {
      for (String w : PARAMETERS) {
        assertThat(actual.get(i).get(w)).as(w).isEqualTo(expected.get(i).get(w));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void aDecayOfZeroAndARateOfOneLeaveEveryBit(String kind, Form form) {
    StepModel step = stored(kind, form);
    List<Map<String, double[]>> expected = train(step, step.model());
    List<Map<String, double[]>> filtered = train(step, step.rewrite(Ema.of(0.9, 2)).model());
    for (int every : List.of(1, 3)) {
      GradientFilter none = Unfiltered.with(DecoupledWeightDecay.of(0), Lookahead.of(every, 1));
      assertSameBits(train(step, step.rewrite(none).model()), expected);
      GradientFilter both =
          PassesInModelTest.with(
              Ema.of(0.9, 2), DecoupledWeightDecay.of(0), Lookahead.of(every, 1));
      assertSameBits(train(step, step.rewrite(both).model()), filtered);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void lookaheadIsThatOfAPlainLoopBitForBit(String kind, Form form) {
    assertLookahead(stored(kind, form));
  }

  @Test
  void oneNodeForAllParametersIsFollowedAtEachOfItsOutputs() {
    assertLookahead(OptimizerNodesTest.stored("lamb"));
  }

  private static void assertLookahead(StepModel step) {
    for (GradientFilter filter : List.of(Unfiltered.with(), Ema.of(0.9, 2))) {
      ModelProto plain =
          filter.kind().equals(Unfiltered.KIND) ? step.model() : step.rewrite(filter).model();
      for (int every : List.of(1, 3)) {
        Map<String, double[]> slow = new LinkedHashMap<>();
        List<Map<String, double[]>> expected =
            train(
                step,
                plain,
                (w, number, before, after) -> {
                  slow.putIfAbsent(w, before);
                  if ((number + 1) % every != 0) {
                    return after;
                  }
                  slow.put(w, PassesInModelTest.blended(slow.get(w), after, 0.4, false));
                  return slow.get(w);
                });
        ModelProto model =
            step.rewrite(PassesInModelTest.with(filter, Lookahead.of(every, 0.4))).model();
        assertSameBits(train(step, model), expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void decayIsTheRateOfTheStepTimesTheWeightsOfBefore(String kind, Form form) {
    double decay = 0.5;
    StepModel step = withoutNorms(kind, form);
    for (GradientFilter filter : List.of(Unfiltered.with(), Ema.of(0.9, 2))) {
      ModelProto plain =
          filter.kind().equals(Unfiltered.KIND) ? step.model() : step.rewrite(filter).model();
      List<Map<String, double[]>> expected =
          train(
              step,
              plain,
              (w, number, before, after) -> {
                // The rate of Adagrad gets smaller with the step number, which begins at 0.
                double rate = kind.equals("adagrad") ? RATE / (1 + number * 0.01) : RATE;
                double[] next = new double[after.length];
                for (int i = 0; i < next.length; i++) {
                  next[i] = after[i] - rate * decay * before[i];
                }
                return next;
              });
      OnnxRewriter.Result result =
          step.rewrite(PassesInModelTest.with(filter, DecoupledWeightDecay.of(decay)));
      assertThat(result.report().notes()).noneMatch(note -> note.startsWith("hazard"));
      List<Map<String, double[]>> actual = train(step, result.model());
      List<Map<String, double[]>> without = train(step, plain);
      for (String w : PARAMETERS) {
        for (int i = 0; i < STEPS; i++) {
          assertThat(StepModel.largestDifference(actual.get(i).get(w), expected.get(i).get(w)))
              .as("%s after step %d", w, i)
              .isLessThan(2e-6);
        }
        assertThat(
                StepModel.largestDifference(
                    actual.get(STEPS - 1).get(w), without.get(STEPS - 1).get(w)))
            .isGreaterThan(1e-2);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ALGORITHM", "MAIN"})
  void decayOverAdamIsAdamW(Form form) {
    double decay = 0.3;
    StepModel step = withoutNorms("adam", form);
    List<Map<String, double[]>> actual =
        train(step, step.rewrite(Unfiltered.with(DecoupledWeightDecay.of(decay))).model());
    ModelProto.Builder tapped = runnable(step.model()).toBuilder();
    for (String w : PARAMETERS) {
      tapped.getGraphBuilder().addOutputBuilder().setName(w + ".g");
    }
    try (OnnxSession session = new OnnxSession(tapped.build())) {
      Map<String, double[]> values = StepModel.start(session, tapped.build());
      Map<String, double[]> weights = new LinkedHashMap<>();
      Map<String, double[]> first = new LinkedHashMap<>();
      Map<String, double[]> second = new LinkedHashMap<>();
      for (String w : PARAMETERS) {
        weights.put(w, values.get(w).clone());
        first.put(w, new double[values.get(w).length]);
        second.put(w, new double[values.get(w).length]);
      }
      for (int number = 0; number < STEPS; number++) {
        StepModel.feedData(values, session, number);
        weights.forEach((w, array) -> values.put(w, array.clone()));
        Map<String, double[]> outputs = session.run(values);
        for (String w : PARAMETERS) {
          adamW(weights.get(w), outputs.get(w + ".g"), first.get(w), second.get(w), number, decay);
          assertThat(StepModel.largestDifference(actual.get(number).get(w), weights.get(w)))
              .as("%s after step %d", w, number)
              .isLessThan(1e-6);
        }
      }
    }
  }

  /** In float64; the operator's step number begins at 0, without correction of the averages. */
  private static void adamW(
      double[] weights, double[] g, double[] m, double[] v, int t, double decay) {
    // The attributes are numbers of float32.
    double alpha = 0.9f;
    double beta = 0.999f;
    double rate =
        t == 0 ? RATE : RATE * Math.sqrt(1 - Math.pow(beta, t)) / (1 - Math.pow(alpha, t));
    for (int i = 0; i < weights.length; i++) {
      m[i] = alpha * m[i] + (1 - alpha) * g[i];
      v[i] = beta * v[i] + (1 - beta) * g[i] * g[i];
      weights[i] -= RATE * decay * weights[i];
      weights[i] -= rate * m[i] / (Math.sqrt(v[i]) + 1e-3f);
    }
  }

  /** The rate is a tensor of one element that the step itself makes, in the midst of the graph. */
  @Test
  void aScheduleThatTheStepComputesIsFollowed() {
    double decay = 0.5;
    StepModel plain = withoutNorms("momentum", Form.MAIN);
    ModelProto.Builder model = plain.model().toBuilder();
    GraphProto.Builder graph = model.getGraphBuilder().clearNode();
    for (NodeProto node : plain.model().getGraph().getNodeList()) {
      if (node.getName().equals("optimizer")) {
        graph
            .addInitializer(
                TensorProto.newBuilder()
                    .setName("one_dim")
                    .addDims(1)
                    .setDataType(TensorProto.DataType.INT64_VALUE)
                    .addInt64Data(1))
            .addNode(node("Cast", "t.real", "t").toBuilder().addAttribute(toFloat()))
            .addNode(node("Exp", "t.exp", "t.real"))
            .addNode(node("Div", "lr.faded", "lr", "t.exp"))
            .addNode(node("Reshape", "lr.now", "lr.faded", "one_dim"))
            .addNode(node.toBuilder().setInput(0, "lr.now"));
      } else {
        graph.addNode(node);
      }
    }
    StepModel step = of(Form.ALGORITHM, model.build());
    ModelProto rewritten = step.rewrite(Unfiltered.with(DecoupledWeightDecay.of(decay))).model();
    List<Map<String, double[]>> expected =
        train(
            step,
            step.model(),
            (w, number, before, after) -> {
              double[] next = new double[after.length];
              for (int i = 0; i < next.length; i++) {
                next[i] = after[i] - RATE * Math.exp(-number) * decay * before[i];
              }
              return next;
            });
    List<Map<String, double[]>> actual = train(step, rewritten);
    for (String w : PARAMETERS) {
      assertThat(
              StepModel.largestDifference(
                  actual.get(STEPS - 1).get(w), expected.get(STEPS - 1).get(w)))
          .isLessThan(2e-6);
    }
    assertThat(OnnxStripper.apply(rewritten)).isEqualTo(step.model());
  }

  private static NodeProto node(String op, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setName("n_" + output)
        .setOpType(op)
        .addAllInput(List.of(inputs))
        .addOutput(output)
        .build();
  }

  private static AttributeProto toFloat() {
    return AttributeProto.newBuilder()
        .setName("to")
        .setType(AttributeProto.AttributeType.INT)
        .setI(TensorProto.DataType.FLOAT_VALUE)
        .build();
  }

  @ParameterizedTest
  @MethodSource("all")
  void stripGivesTheOriginalBytesAndRewritingIsDeterministic(String kind, Form form) {
    StepModel step = stored(kind, form);
    for (GradientFilter filter : List.of(Unfiltered.with(), Ema.of(0.9, 2))) {
      GradientFilter passes =
          PassesInModelTest.with(
              filter, DecoupledWeightDecay.of(0.1).except("^b"), Lookahead.of(3, 0.4).except("1"));
      ModelProto model = step.rewrite(passes).model();
      OnnxValidator.validate(step.file().withModel(model));
      assertThat(OnnxStripper.apply(model).toByteArray()).isEqualTo(step.model().toByteArray());
      assertThat(step.rewrite(passes).model().toByteArray()).isEqualTo(model.toByteArray());
      assertThat(new OnnxRewriter(passes).replace(model).model()).isEqualTo(model);
    }
  }

  @Test
  void nodesThatMakeWeightsSmallerThemselvesAreNamed() {
    GradientFilter decay = Unfiltered.with(DecoupledWeightDecay.of(0.1));
    assertThat(stored("adam", Form.ALGORITHM).rewrite(decay).report().notes())
        .contains(
            "hazard: 'optimizer' (Adam) makes weights smaller itself by norm_coefficient and"
                + " norm_coefficient_post, so that weights may shrink twice: leave"
                + " --decoupled-weight-decay out, or that");
    assertThat(stored("momentum", Form.MAIN).rewrite(decay).report().notes())
        .anyMatch(note -> note.contains("(Momentum) makes weights smaller itself by norm_coeff"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"adam", "lamb"})
  void aCopyInHalfPrecisionThatTheNodeMakesItselfIsRefused(String kind) {
    ModelProto.Builder model = OptimizerNodesTest.stored(kind).model().toBuilder();
    for (NodeProto.Builder node : model.getGraphBuilder().getNodeBuilderList()) {
      if (node.getDomain().equals("com.microsoft") && node.getOutputList().contains("w0_new")) {
        int copy = 5;
        while (node.getOutputCount() <= copy) {
          node.addOutput("");
        }
        node.setOutput(copy, "w0.half");
      }
    }
    GradientFilter lookahead = Unfiltered.with(Lookahead.of(3, 0.5));
    assertThatThrownBy(() -> new OnnxRewriter(lookahead).apply(model.build()))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessageStartingWith("variable 'w0': lookahead is not possible at '")
        .hasMessageEndingWith(
            "Optimizer makes a narrow copy of its next value itself, 'w0.half'; leave the variable"
                + " out with --lookahead-exclude");
    GradientFilter others = Unfiltered.with(Lookahead.of(3, 0.5).except("^w0$"));
    assertThat(OnnxStripper.apply(new OnnxRewriter(others).apply(model.build()).model()))
        .isEqualTo(model.build());
  }

  @Test
  void verifySaysThatItCannotRunWhatDecayStandsAt() {
    StepModel step = stored("adam", Form.MAIN);
    GradientFilter decay = Unfiltered.with(DecoupledWeightDecay.of(0.1));
    VerifySettings settings =
        new VerifySettings(
            1,
            1e-5,
            new VerifySettings.RandomInputs(0, 4, 2),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            new VerifySettings.Proof(false, Optional.empty()));
    OnnxVerification verification =
        new OnnxVerification(settings, ChildLimits.DEFAULT, Optional.empty());
    OnnxFile rewritten = step.file().withModel(step.rewrite(decay).model());
    assertThatThrownBy(() -> verification.compare(step.file(), rewritten))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessage(
            "decoupled-weight-decay stands at an optimizer node of ai.onnx.preview.training, for"
                + " which ONNX Runtime has no kernel: nothing can be compared");
  }

  @Test
  void decayWhereTheUpdateIsWrittenOutInOpsIsRefused() {
    GradientFilter decay = Unfiltered.with(DecoupledWeightDecay.of(0.1));
    assertThatThrownBy(() -> StepModel.stored("adamw").rewrite(decay))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessageStartingWith("variable 'w0': decoupled-weight-decay is not possible at '")
        .hasMessageEndingWith(
            "', as no Adagrad, Momentum or Adam node of ai.onnx.preview.training makes its update"
                + " (all data reaches 'w0_new' through it; paired by name), so that which number is"
                + " the learning rate is not known for certain; decay in the program that trains, or"
                + " leave the variable out with --decay-exclude");
    assertThatThrownBy(() -> OptimizerNodesTest.stored("adam").rewrite(decay))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessageContaining("AdamOptimizer takes it at input 3");
  }
}
