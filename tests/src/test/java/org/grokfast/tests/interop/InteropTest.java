package org.grokfast.tests.interop;

import java.util.Map;
import org.grokfast.filter.Ema;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.GrokfastPass;
import org.grokfast.tensorflow.StripPass;
import org.grokfast.tensorflow.file.GraphFileReader;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.GraphDef;

class InteropTest {
  static final Map<String, GradientFilter> FILTERS =
      Map.of("ema", Ema.of(0.9, 2), "ma", MovingAverage.of(5, 5));

  @Test
  void survey() {
    for (Fixture f : Fixture.all()) {
      System.out.println(
          "SURVEY " + f.name() + " | " + f.form() + " | " + f.where() + " | " + outcome(f));
    }
  }

  static String outcome(Fixture f) {
    StringBuilder out = new StringBuilder();
    GraphDef original;
    try {
      original = new GraphFileReader().read(f.path()).graph();
    } catch (RuntimeException e) {
      return "READ " + e.getMessage();
    }
    for (var e : FILTERS.entrySet()) {
      try {
        GraphDef rewritten = new GrokfastPass(e.getValue()).apply(original).graph();
        if (!StripPass.apply(rewritten).equals(original)) {
          out.append(" STRIP");
        }
        if (!f.runsInSession()) {
          out.append(" rewritten?");
          continue;
        }
        Map<String, double[]> values = FixtureRun.train(f, rewritten);
        double worst = 0;
        for (Fixture.Weights w : f.weights()) {
          double[] expected = w.expected(e.getKey());
          for (int i = 0; i < expected.length; i++) {
            worst = Math.max(worst, Math.abs(values.get(w.name())[i] - expected[i]));
          }
        }
        out.append(' ')
            .append(e.getKey())
            .append('=')
            .append(worst <= f.tolerance() ? "ok" : "BAD " + worst);
      } catch (GraphRewriteException x) {
        out.append(" REFUSED ").append(x.getMessage());
        break;
      } catch (RuntimeException x) {
        out.append(" ERROR ").append(x.getMessage().lines().findFirst().orElse(""));
      }
    }
    return out.toString();
  }
}
