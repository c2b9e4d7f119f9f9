package org.grokfast.onnx.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.Unfiltered;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.ArrayFilter;
import org.grokfast.filter.arrays.ArrayPasses;
import org.grokfast.onnx.CarriedValue;
import org.grokfast.onnx.OnnxRewriter;
import org.grokfast.onnx.OnnxStripper;
import org.grokfast.pass.Lookahead;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Steps that skip updates, in ONNX Runtime, against plain arithmetic in which the filter sees the
 * gradients of the other steps alone.
 */
@Tag("native")
class SkippedUpdateTest {
  private static final int STEPS = 9;
  private static final float RATE = 0.125f;

  /** A step whose gradients are its data; how the next values are chosen follows. */
  private static final String STEP =
      """
      xa = Input {shape=2}
      xb = Input {shape=2}
      xc = Input {shape=2}
      a = Input {shape=2}
      b = Input {shape=2}
      c = Input {shape=2}
      first = Input {shape=scalar, type=bool}
      second = Input {shape=1, type=bool}
      one = Initializer {value=1.0}
      lr = Initializer {value=0.125}
      pa = Mul(a, xa)
      pb = Mul(b, xb)
      pc = Mul(c, xc)
      p = Sum(pa, pb, pc)
      loss = ReduceSum(p) {keepdims=0, output=scalar}
      ga = Mul(xa, one)
      gb = Mul(xb, one)
      gc = Mul(xc, one)
      sa = Mul(lr, ga)
      sb = Mul(lr, gb)
      sc = Mul(lr, gc)
      a1 = Sub(a, sa)
      b1 = Sub(b, sb)
      c1 = Sub(c, sc)
      """;

  private static final String DIFFERENT =
      """
      a_new = Where(first, a1, a) {output=2}
      b_new = Where(second, b, b1) {output=2}
      c_new = Identity(c1) {output=2}
      """;

  private static final String TOGETHER =
      """
      bad = Not(first)
      a_new = Where(first, a1, a) {output=2}
      b_new = Where(bad, b, b1) {output=2}
      kept = Where(first, c1, c)
      c_new = Identity(kept) {output=2}
      """;

  private static final String TWICE =
      """
      kept = Where(first, a1, a)
      a_new = Where(second, kept, a) {output=2}
      b_new = Identity(b1) {output=2}
      c_new = Identity(c1) {output=2}
      """;

  private static final String IN_BRANCHES =
      """
      a_new = If(first) {then_branch=made, else_branch=skipped, output=2}
      b_new = Identity(b1) {output=2}
      c_new = Identity(c1) {output=2}
      def made() -> m
        m = Identity(a1)
      def skipped() -> s
        s = Identity(a)
      """;

  private static final String MASKED =
      """
      none = Initializer {value=0.0}
      da = Where(first, sa, none)
      db = Where(first, sb, none)
      dc = Where(first, sc, none)
      a_new = Sub(a, da) {output=2}
      b_new = Sub(b, db) {output=2}
      c_new = Sub(c, dc) {output=2}
      """;

  private static List<GradientFilter> filters() {
    return List.of(
        Ema.of(0.9, 2),
        MovingAverage.of(3, 2),
        Ema.of(0.9, 2)
            .withOptions(FilterOptions.builder().statePrecision(Precision.FLOAT16).build()),
        Ema.of(0.9, 2).withOptions(FilterOptions.builder().passes(Lookahead.of(2, 0.5)).build()),
        new Unfiltered(FilterOptions.builder().passes(Lookahead.of(2, 0.5)).build()));
  }

  /** The first step is skipped, and later ones, in part by a gradient that is not finite. */
  private static boolean first(int step) {
    return step != 0 && step != 3 && step != 4;
  }

  private static boolean second(int step) {
    return step != 4 && step != 7;
  }

  private static float[] gradient(String parameter, int step, boolean made) {
    float size = 0.25f * (step + 1) * (parameter.charAt(0) - 'a' + 1);
    return new float[] {made ? size : Float.POSITIVE_INFINITY, made || step == 0 ? -size : 1e9f};
  }

  @ParameterizedTest
  @MethodSource("filters")
  void theFiltersOfDifferentConditionsSeeTheirOwnUpdates(GradientFilter filter) {
    assertSeen(filter, DIFFERENT, step -> Map.of("a", first(step), "b", !second(step), "c", true));
  }

  @ParameterizedTest
  @MethodSource("filters")
  void oneConditionHoldsAllFiltersAndTheirCounter(GradientFilter filter) {
    ModelProto rewritten =
        assertSeen(
            filter, TOGETHER, step -> Map.of("a", first(step), "b", first(step), "c", first(step)));
    assertThat(CarriedValue.of(rewritten).stream().map(CarriedValue::input))
        .filteredOn(name -> name.endsWith("/step") && !name.contains("lookahead"))
        .hasSizeLessThanOrEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("filters")
  void conditionsInEachOtherHaveToHoldAll(GradientFilter filter) {
    assertSeen(
        filter, TWICE, step -> Map.of("a", first(step) && second(step), "b", true, "c", true));
  }

  @ParameterizedTest
  @MethodSource("filters")
  void aBranchThatTakesTheUpdateIsAChoiceToo(GradientFilter filter) {
    assertSeen(filter, IN_BRANCHES, step -> Map.of("a", first(step), "b", true, "c", true));
  }

  @ParameterizedTest
  @ValueSource(strings = {DIFFERENT, TOGETHER, TWICE, IN_BRANCHES, MASKED})
  void withoutAmplificationTheWeightsAreThoseOfTheOriginal(String choice) {
    ModelProto original = ModelText.parse(STEP + choice);
    ModelProto rewritten = new OnnxRewriter(Ema.of(0.9, 0)).apply(original).model();
    Made all = step -> Map.of("a", first(step), "b", first(step), "c", first(step));
    assertThat(train(rewritten, all)).isEqualTo(train(original, all));
    assertThat(OnnxStripper.apply(rewritten)).isEqualTo(original);
  }

  @Test
  void theReportNamesTheCondition() {
    ModelProto original = ModelText.parse(STEP + DIFFERENT);
    assertThat(new OnnxRewriter(Ema.of(0.9, 2)).apply(original).report().notes())
        .contains(
            "the filter's state of 'a' moves only in steps that make the update: those in which"
                + " 'first' is true",
            "the filter's state of 'b' moves only in steps that make the update: those in which"
                + " 'second' is false");
  }

  /** Which parameters a step updates. */
  private interface Made {
    Map<String, Boolean> in(int step);
  }

  private static ModelProto assertSeen(GradientFilter filter, String choice, Made made) {
    ModelProto original = ModelText.parse(STEP + choice);
    ModelProto rewritten = new OnnxRewriter(filter).apply(original).model();
    List<Map<String, List<Float>>> actual = train(rewritten, made);
    List<Map<String, List<Float>>> expected = expected(filter, made);
    for (int step = 0; step < STEPS; step++) {
      for (String name : List.of("a", "b", "c")) {
        for (int i = 0; i < 2; i++) {
          // A few roundings to float32 in either order of operations.
          assertThat(actual.get(step).get(name).get(i))
              .as(name + " after step " + step)
              .isCloseTo(expected.get(step).get(name).get(i), within(2e-5f));
        }
      }
    }
    return rewritten;
  }

  private static List<Map<String, List<Float>>> expected(GradientFilter filter, Made made) {
    List<Map<String, List<Float>>> all = new ArrayList<>();
    Map<String, double[]> weights = new HashMap<>();
    Map<String, ArrayFilter> filters = new HashMap<>();
    Map<String, ArrayPasses> passes = new HashMap<>();
    for (String name : List.of("a", "b", "c")) {
      weights.put(name, new double[] {1, 1});
      filters.put(name, new ArrayFilter(filter, Precision.FLOAT32, 2));
      passes.put(name, new ArrayPasses(filter.options().passes(), Precision.FLOAT32, 2));
    }
    for (int step = 0; step < STEPS; step++) {
      for (Map.Entry<String, Boolean> each : made.in(step).entrySet()) {
        if (each.getValue()) {
          String name = each.getKey();
          float[] raw = gradient(name, step, true);
          double[] g = filters.get(name).step(new double[] {raw[0], raw[1]});
          weights.put(
              name,
              passes
                  .get(name)
                  .step(
                      weights.get(name),
                      Optional.empty(),
                      w ->
                          new double[] {
                            (float) (w[0] - RATE * g[0]), (float) (w[1] - RATE * g[1])
                          }));
        }
      }
      Map<String, List<Float>> now = new HashMap<>();
      weights.forEach((name, w) -> now.put(name, List.of((float) w[0], (float) w[1])));
      all.add(now);
    }
    return all;
  }

  /** The weights after each step. */
  private static List<Map<String, List<Float>>> train(ModelProto model, Made made) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    List<CarriedValue> carried = CarriedValue.of(model);
    List<Map<String, List<Float>>> all = new ArrayList<>();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        OrtSession session = environment.createSession(model.toByteArray(), options)) {
      Map<String, OnnxTensor> feeds = new HashMap<>();
      for (CarriedValue value : carried) {
        feeds.put(value.input(), start(session, value));
      }
      for (int step = 0; step < STEPS; step++) {
        for (Map.Entry<String, Boolean> each : made.in(step).entrySet()) {
          float[] data = gradient(each.getKey(), step, each.getValue());
          feeds.put(
              "x" + each.getKey(),
              OnnxTensor.createTensor(environment, FloatBuffer.wrap(data), new long[] {2}));
        }
        feeds.put("first", OnnxTensor.createTensor(environment, first(step)));
        feeds.put("second", OnnxTensor.createTensor(environment, new boolean[] {second(step)}));
        feeds.keySet().retainAll(session.getInputNames());
        OrtSession.Result result = session.run(feeds);
        Map<String, List<Float>> now = new HashMap<>();
        for (CarriedValue value : carried) {
          OnnxTensor next = (OnnxTensor) result.get(value.output()).orElseThrow();
          feeds.put(value.input(), next);
          if (!value.isFilterState()) {
            FloatBuffer w = next.getFloatBuffer();
            now.put(value.input(), List.of(w.get(0), w.get(1)));
          }
        }
        all.add(now);
      }
    } catch (OrtException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
    return all;
  }

  /** Parameters start at 1, a filter's state at 0. */
  private static OnnxTensor start(OrtSession session, CarriedValue value) throws OrtException {
    TensorInfo info = (TensorInfo) session.getInputInfo().get(value.input()).getInfo();
    int count = Math.toIntExact(info.getNumElements());
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(count * info.type.size).order(ByteOrder.nativeOrder());
    while (!value.isFilterState() && bytes.hasRemaining()) {
      bytes.putFloat(1);
    }
    return OnnxTensor.createTensor(
        OrtEnvironment.getEnvironment(), bytes.rewind(), info.getShape(), info.type);
  }
}
