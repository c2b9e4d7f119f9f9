package org.grokfast.onnx.cover;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.util.List;
import java.util.Map;
import org.grokfast.onnx.find.OnnxSites;
import org.grokfast.onnx.find.step.TrainingModel;
import org.grokfast.onnx.rules.ModelText;
import org.grokfast.rewrite.coverage.Coverage;
import org.junit.jupiter.api.Test;

/** The fate of what a step changes, one test for each kind; each has its counterpart beside it. */
class OnnxCoverageTest {
  /** A step of SGD on a matrix; more is added by each test. */
  private static final String STEP =
      """
      x = Input
      w = Input
      lr = Initializer {value=0.1}
      c1 = Initializer {value=0.1}
      c9 = Initializer {value=0.9}
      p = MatMul(x, w)
      e2 = Mul(p, p)
      loss = ReduceMean(e2) {keepdims=0, output=scalar}
      xt = Transpose(x)
      g = MatMul(xt, p)
      s = Mul(lr, g)
      w_new = Sub(w, s) {output=2x2}
      """;

  private static Coverage coverage(String text, Map<String, String> gradients) {
    ModelProto model = ModelText.parse(text);
    OnnxSites sites = new OnnxSites(gradients, Map.of());
    TrainingModel indexed = sites.indexed(model);
    return OnnxCoverage.of(indexed, sites.find(indexed));
  }

  private static List<String> fates(String text) {
    return coverage(text, Map.of()).fates().stream()
        .map(each -> each.variable() + " " + each.fate())
        .toList();
  }

  private static String reason(String text, String variable) {
    return coverage(text, Map.of()).fates().stream()
        .filter(each -> each.variable().equals(variable))
        .map(each -> each.reason().toString())
        .findFirst()
        .orElse("nothing");
  }

  @Test
  void aParameterWithASiteIsFiltered() {
    assertThat(fates(STEP)).containsExactly("w FILTERED");
  }

  @Test
  void anOutputThatNothingMakesIsNoLoss() {
    String fed =
        STEP.replace("lr = Initializer {value=0.1}", "lr = Input {shape=scalar}")
            .replace(" {keepdims=0, output=scalar}", "");
    ModelProto.Builder model = ModelText.parse(fed).toBuilder();
    model.getGraphBuilder().addOutputBuilder().setName("gone");
    OnnxSites sites = new OnnxSites(Map.of(), Map.of());
    TrainingModel indexed = sites.indexed(model.build());

    assertThat(OnnxCoverage.of(indexed, sites.find(indexed)).fates())
        .extracting(each -> each.variable() + " " + each.fate())
        .containsExactly("w FILTERED");
  }

  @Test
  void whatTheDataDoNotChangeIsNotListed() {
    String counter = STEP + "t = Input {shape=scalar}\nt_new = Add(t, c1) {output=scalar}\n";
    assertThat(fates(counter)).containsExactly("w FILTERED");
  }

  @Test
  void momentumIsOptimizerState() {
    String momentum =
        STEP.replace(
                "s = Mul(lr, g)",
                "m9 = Mul(m, c9)\nm_new = Add(m9, g) {output=2x2}\ns = Mul(lr, m_new)")
            + "m = Input\n";
    assertThat(fates(momentum)).containsExactly("w FILTERED", "m OPTIMIZER_STATE");
  }

  @Test
  void momentumThatIsUpdatedAfterTheWeightsIsOptimizerState() {
    String late =
        STEP.replace("s = Mul(lr, g)", "c = Add(m, g)\ns = Mul(lr, c)")
            + "m = Input\nm9 = Mul(m, c9)\nm_new = Add(m9, g) {output=2x2}\n";
    assertThat(fates(late)).containsExactly("w FILTERED", "m OPTIMIZER_STATE");
  }

  @Test
  void anAverageOfTheWeightsIsNotTrained() {
    String average =
        STEP
            + """
            a = Input
            a9 = Mul(a, c9)
            w1 = Mul(w_new, c1)
            a_new = Add(a9, w1) {output=2x2}
            """;
    assertThat(fates(average)).containsExactly("w FILTERED", "a NOT_BY_GRADIENT");
    assertThat(reason(average, "a")).isEqualTo("it follows 'w', as a copy or an average of it");
  }

  @Test
  void aRunningStatisticIsNotTrained() {
    String statistic =
        STEP
            + """
            mean = Input {shape=1x2}
            now = ReduceMean(x) {axes=[0], shape=1x2}
            old = Mul(mean, c9)
            part = Mul(now, c1)
            mean_new = Add(old, part) {output=1x2}
            """;
    assertThat(fates(statistic)).containsExactly("w FILTERED", "mean NOT_BY_GRADIENT");
    assertThat(reason(statistic, "mean"))
        .isEqualTo("it is an average: 0.9 of its old value and 0.1 of 'now'");
  }

  @Test
  void aMetricThatIsSummedUpIsNotTrained() {
    String metric =
        STEP + "total = Input {shape=scalar}\ntotal_new = Add(total, loss) {output=scalar}\n";
    assertThat(fates(metric)).containsExactly("w FILTERED", "total NOT_BY_GRADIENT");
    assertThat(reason(metric, "total")).isEqualTo("it sums up 'loss', which does not depend on it");
  }

  @Test
  void aRangeOnWhichTheLossDependsIsNotTrained() {
    String range =
        STEP.replace("p = MatMul(x, w)", "bounded = Min(x, most)\np = MatMul(bounded, w)")
            + """
            most = Input {shape=scalar}
            now = ReduceMax(x) {keepdims=0}
            most_new = Max(most, now) {output=scalar}
            """;
    assertThat(fates(range)).containsExactly("w FILTERED", "most NOT_BY_GRADIENT");
    assertThat(reason(range, "most")).isEqualTo("it is a running maximum");
  }

  @Test
  void aCodebookIsMadeAnewFromItsCounts() {
    String codebook =
        STEP.replace("e2 = Mul(p, p)", "q = Sub(p, book)\ne2 = Mul(q, q)")
            + """
            book = Input
            sums = Input
            far = Mul(q, q)
            nearest = ArgMin(far) {axis=1, keepdims=1}
            chosen = Cast(nearest) {to=1}
            part = Mul(chosen, x)
            sums9 = Mul(sums, c9)
            part1 = Mul(part, c1)
            sums_new = Add(sums9, part1) {output=2x2}
            book_new = Mul(sums_new, c9) {output=2x2}
            """;
    assertThat(reason(codebook, "book")).startsWith("it is made anew from '");
    assertThat(fates(codebook)).contains("book NOT_BY_GRADIENT", "sums NOT_BY_GRADIENT");
  }

  @Test
  void decayedWeightsAreNoAverage() {
    String decayed = STEP.replace("w_new = Sub(w, s)", "small = Mul(w, c9)\nw_new = Sub(small, s)");
    assertThat(fates(decayed)).containsExactly("w FILTERED");
  }

  @Test
  void aParameterThatTheDataReachOnTwoPathsIsTrainedAndUnfiltered() {
    String second =
        STEP.replace(
            "w_new = Sub(w, s)", "moved = Sub(w, s)\nxw = Mul(x, w)\nw_new = Add(moved, xw)");
    assertThat(fates(second)).containsExactly("w UNFILTERED");
    assertThat(reason(second, "w")).contains("name it with --gradient w=TENSOR");
    assertThat(coverage(second, Map.of("w", "g")).fates())
        .extracting(each -> each.variable() + " " + each.fate())
        .containsExactly("w FILTERED");
  }

  @Test
  void aParameterWhoseLossIsNoOutputIsUndecided() {
    String hidden =
        STEP
            + """
            u = Input
            pu = MatMul(x, u)
            gu = MatMul(xt, pu)
            su = Mul(lr, gu)
            u_new = Sub(u, su) {output=2x2}
            """;
    assertThat(fates(hidden)).containsExactly("w FILTERED", "u UNDECIDED");
    assertThat(reason(hidden, "u")).contains("no loss among the outputs depends on it");
  }

  @Test
  void whatAFunctionHidesIsUndecided() {
    String function =
        STEP.replace("w_new = Sub(w, s)", "w_new = local.Step(w, x)")
            + "def local.Step(a, b) -> c\n  c = Add(a, b)\n";
    assertThat(fates(function)).containsExactly("w UNDECIDED");
    assertThat(reason(function, "w")).contains("the function 'local.Step' hides");
  }

  @Test
  void anOutputThatMayBeANextValueIsUndecided() {
    String unpaired =
        STEP.replace("x = Input", "x = Input {shape=3x2}")
            .replace(
                "w_new = Sub(w, s) {output=2x2}", "other = Sin(g) {output=2x2}\nz = Neg(other)");
    assertThat(fates(unpaired)).containsExactly("w UNDECIDED");
    assertThat(reason(unpaired, "w")).contains("--update w=other");
  }

  @Test
  void aLossScaleAndItsCounterAreNotTrained() {
    String scaled =
        STEP.replace("xt = Transpose(x)", "xt = Transpose(x)\nps = Mul(p, scale)")
                .replace("g = MatMul(xt, p)", "gs = MatMul(xt, ps)\ng = Div(gs, scale)")
            + """
            scale = Input {shape=scalar}
            good = Input {shape=scalar}
            half = Mul(scale, c9)
            sum = ReduceSum(gs) {keepdims=0}
            bad = IsNaN(sum)
            scale_new = Where(bad, half, scale) {output=scalar}
            more = Add(good, c1)
            none = Mul(c1, c1)
            good_new = Where(bad, none, more) {output=scalar}
            """;
    List<String> fates = fates(scaled);
    assertThat(fates).contains("w FILTERED").noneMatch(fate -> fate.endsWith("UNFILTERED"));
    assertThat(fates).noneMatch(fate -> fate.endsWith("UNDECIDED"));
  }

  @Test
  void theBindingsOfATrainingInfoAreAccountedFor() {
    String text =
        """
        x = Input
        w = Initializer {shape=2x2}
        v = Initializer {shape=2x2}
        y = MatMul(x, w) {output=2x2}
        algorithm = TrainingInfo {w=w_new, v=v_new, m=m_new, a=a_new, t=t_new}
        r = Initializer
        one = Initializer
        t = Initializer
        m = Initializer {shape=2x2}
        a = Initializer {shape=2x2}
        gw, gv = ai.onnx.preview.training.Gradient(w, v, x) {xs=[w, v], zs=[x], y=y}
        m_new = Add(m, gw)
        s = Mul(m_new, r)
        w_new = Sub(w, s)
        v_new = Abs(gv)
        a_new = Identity(w_new)
        t_new = Add(t, one)
        """;
    assertThat(fates(text))
        .containsExactlyInAnyOrder(
            "w FILTERED", "v FILTERED", "m OPTIMIZER_STATE", "a NOT_BY_GRADIENT");
  }

  @Test
  void whatAConditionOnTheDataChoosesHasAFate() {
    String chosen =
        STEP
            + """
            low = Initializer {value=0.5}
            good = Less(loss, low)
            """;
    assertThat(
            fates(
                chosen
                    + """
                    n = Input {shape=scalar}
                    more = Add(n, c1)
                    none = Sub(low, low)
                    n_new = Where(good, more, none) {output=scalar}
                    """))
        .containsExactly("w FILTERED", "n NOT_BY_GRADIENT");
    String parameter =
        """
        t = Input
        q = Mul(p, t)
        q2 = ReduceMean(q) {keepdims=0}
        both = Add(loss, q2) {output=scalar}
        """;
    String moved =
        """
        up = Add(t, c1)
        down = Sub(t, c1)
        t_new = Where(good, up, down) {output=2x2}
        """;
    assertThat(fates(chosen + parameter + moved)).containsExactly("w FILTERED", "t UNDECIDED");
    assertThat(reason(chosen + parameter + moved, "t"))
        .startsWith("a condition that the data decide chooses its next value");
    String still = "even = Less(c1, low)\n" + moved.replace("good", "even");
    assertThat(fates(chosen + parameter + still)).containsExactly("w FILTERED");
  }

  @Test
  void weightsThatTakeTheGradientOfTheStepBeforeAreFilteredOrNamed() {
    String late =
        STEP.substring(0, STEP.indexOf("s = Mul"))
            + """
            v = Input
            s = Mul(lr, v)
            w_new = Sub(w, s) {output=2x2}
            """;
    assertThat(fates(late + "v_new = Identity(g) {output=2x2}\n"))
        .containsExactlyInAnyOrder("w FILTERED", "v OPTIMIZER_STATE");
    assertThat(fates(late + "u = Mul(x, g)\nv_new = Add(u, x) {output=2x2}\n"))
        .contains("w UNFILTERED");
  }

  @Test
  void theStateOfAGatedNetworkIsNotTrained() {
    String text =
        """
        x = Input {shape=4x3}
        y = Input {shape=4x2}
        w = Input {shape=3x2}
        a = Input {shape=1x2}
        b = Input {shape=1x2}
        h = Input {shape=4x2}
        lr = Initializer {value=0.1}
        one = Initializer {value=1}
        xw = MatMul(x, w)
        xa = Add(xw, a)
        xb = Add(xa, b)
        z = Sigmoid(xb)
        rest = Sub(one, z)
        old = Mul(z, h)
        h_new = Add(old, rest) {output=4x2}
        e = Sub(h_new, y)
        e2 = Mul(e, e)
        loss = ReduceMean(e2) {keepdims=0, output=scalar}
        xt = Transpose(x) {perm=[1, 0]}
        er = Mul(e, rest)
        g = MatMul(xt, er)
        s = Mul(lr, g)
        w_new = Sub(w, s) {output=3x2}
        rows = Initializer {shape=1, type=int64, value=0}
        gb = ReduceSum(er, rows) {keepdims=1}
        sb = Mul(lr, gb)
        a_new = Sub(a, sb) {output=1x2}
        b_new = Sub(b, sb) {output=1x2}
        """;
    assertThat(fates(text))
        .containsExactly("w FILTERED", "a FILTERED", "b FILTERED", "h NOT_BY_GRADIENT");
    assertThat(reason(text, "h")).startsWith("it is carried on through a gate");
  }
}
