package org.grokfast.onnx.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.util.List;
import java.util.Map;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FirstStep;
import org.grokfast.onnx.OnnxRewriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rewritten steps in ONNX Runtime against the same steps with the filter written out by hand. */
@Tag("native")
class FilteredValuesTest {
  private static final double ALPHA = 0.9;
  private static final double LAMB = 2;

  /** The data and the gradient g of w for one element; FILTERED is what the update takes. */
  private static final String ONE_ELEMENT =
      """
      x = Input {shape=4x1}
      w = Input {shape=1}
      zero_m = Input {shape=1}
      zero_u = Input {shape=1}
      c = Initializer {value=0.9}
      lr = Initializer {value=0.1}
      small = Initializer {value=0.001}
      first = Initializer {shape=1, type=int64, value=0}
      e = Mul(w, x)
      e2 = Mul(e, e)
      loss = ReduceSum(e2) {keepdims=0, output=scalar}
      ex = Mul(e, x)
      g = ReduceSum(ex, first) {keepdims=0}
      mc = Mul(zero_m, c)
      zero_m_new = Add(mc, FILTERED) {output=1}
      uc = Mul(zero_u, c)
      size = Abs(FILTERED)
      zero_u_new = Max(uc, size) {output=1}
      bound = Add(zero_u_new, small)
      d = Div(zero_m_new, bound)
      s = Mul(d, lr)
      w_new = Sub(w, s) {output=1}
      """;

  private static final String LION =
      """
      x = Input {shape=4x1}
      w = Input {shape=1}
      zero_m = Input {shape=1}
      c9 = Initializer {value=0.9}
      c1 = Initializer {value=0.1}
      lr = Initializer {value=0.01}
      first = Initializer {shape=1, type=int64, value=0}
      e = Mul(w, x)
      e2 = Mul(e, e)
      loss = ReduceSum(e2) {keepdims=0, output=scalar}
      ex = Mul(e, x)
      g = ReduceSum(ex, first) {keepdims=0}
      m9 = Mul(zero_m, c9)
      g1 = Mul(FILTERED, c1)
      c = Add(m9, g1)
      sign = Sign(c)
      s = Mul(sign, lr)
      w_new = Sub(w, s) {output=1}
      m1 = Mul(zero_m, c1)
      g9 = Mul(FILTERED, c9)
      zero_m_new = Add(m1, g9) {output=1}
      """;

  private static final String CARRIED_SCALE =
      """
      x = Input {shape=4x1}
      w = Input {shape=1}
      scale = Input {shape=scalar}
      lr = Initializer {value=0.1}
      half = Initializer {value=0.5}
      first = Initializer {shape=1, type=int64, value=0}
      e = Mul(w, x)
      e2 = Mul(e, e)
      sum = ReduceSum(e2) {keepdims=0}
      scaled = Mul(sum, scale)
      loss = Div(scaled, scale) {output=scalar}
      ex = Mul(e, x)
      exs = Mul(ex, scale)
      gs = ReduceSum(exs, first) {keepdims=0}
      g = Div(gs, scale)
      s = Mul(lr, FILTERED)
      w_new = Sub(w, s) {output=1}
      scale_new = Mul(scale, half) {output=scalar}
      """;

  private static final String BY_HAND =
      """
      alpha = Initializer {value=0.9}
      beta = Initializer {value=0.1}
      lamb = Initializer {value=2}
      zero_e = Input {shape=1}
      ea = Mul(zero_e, alpha)
      gb = Mul(g, beta)
      zero_e_new = Add(ea, gb) {output=1}
      slow = Mul(zero_e_new, lamb)
      filtered = Add(g, slow)
      """;

  /** The gradient of the step before is taken off; PREVIOUS is the line that hands it on. */
  private static final String OPTIMISTIC =
      """
      x = Input {shape=4x1}
      w = Input {shape=1}
      zero_p = Input {shape=1}
      two = Initializer {value=2}
      lr = Initializer {value=0.1}
      first = Initializer {shape=1, type=int64, value=0}
      e = Mul(w, x)
      e2 = Mul(e, e)
      loss = ReduceSum(e2) {keepdims=0, output=scalar}
      ex = Mul(e, x)
      PREVIOUS
      twice = Mul(zero_p_new, two)
      step = Sub(twice, zero_p)
      s = Mul(step, lr)
      w_new = Sub(w, s) {output=1}
      """;

  @ParameterizedTest
  @ValueSource(strings = {ONE_ELEMENT, LION, CARRIED_SCALE})
  void theRewrittenStepGivesWhatTheStepWithTheFilterWrittenOutGives(String step) {
    check(ModelText.parse(step.replace("FILTERED", "g")), ModelText.parse(withFilter(step)));
  }

  @Test
  void aGradientThatTheNextStepTakesIsTheFilteredOne() {
    String gradient = " = ReduceSum(ex, first) {keepdims=0";
    String written = "g" + gradient + "}\nzero_p_new = Identity(FILTERED) {output=1}";
    check(
        ModelText.parse(OPTIMISTIC.replace("PREVIOUS", "zero_p_new" + gradient + ", output=1}")),
        ModelText.parse(withFilter(OPTIMISTIC.replace("PREVIOUS", written))));
  }

  private static void check(ModelProto original, ModelProto written) {
    Ema filter = Ema.of(ALPHA, LAMB).withFirstStep(FirstStep.ZERO);
    ModelProto rewritten = new OnnxRewriter(filter).apply(original).model();
    Map<String, List<Integer>> actual = StepRun.of(rewritten, original);
    Map<String, List<Integer>> expected = StepRun.of(written, original);
    expected.forEach(
        (output, bits) -> {
          for (int i = 0; i < bits.size(); i++) {
            float value = Float.intBitsToFloat(bits.get(i));
            // A few roundings to float32 in either order of operations.
            assertThat(Float.intBitsToFloat(actual.get(output).get(i)))
                .as(output)
                .isCloseTo(value, within(1e-5f * Math.max(1, Math.abs(value))));
          }
        });
  }

  /** The filter's nodes behind the line that makes g. */
  private static String withFilter(String step) {
    StringBuilder text = new StringBuilder();
    step.lines()
        .forEach(
            line -> {
              text.append(line.replace("FILTERED", "filtered")).append('\n');
              if (line.startsWith("g = ")) {
                text.append(BY_HAND);
              }
            });
    return text.toString();
  }
}
