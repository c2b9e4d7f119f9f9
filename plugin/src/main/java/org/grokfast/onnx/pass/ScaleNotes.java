package org.grokfast.onnx.pass;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.ArrayFilter;
import org.grokfast.onnx.find.step.TrainingModel;
import org.grokfast.onnx.graph.GraphLocation;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.next.Scalars;
import org.grokfast.rewrite.RewritePlan;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.grokfast.text.ShellWord;

/**
 * Says where several constants in turn multiply what is filtered, of which one may belong to the
 * gradient: to a filter that brings the gradient to a length of its own it is not the same on which
 * side of it it stands.
 */
public final class ScaleNotes {
  private static final double[] GRADIENT = {0.3, -0.7, 0.2, 0.5, 0.1, -0.4};
  private static final double[] VARIABLE = {0.9, 0.4, -0.6, 0.3, -0.2, 0.8};
  private static final double TIMES = 1024;

  private ScaleNotes() {}

  /** The notes on a plan's sites in the main graph. */
  public static List<String> of(RewritePlan plan, TrainingModel model) {
    List<String> all =
        plan.sites().stream()
            .filter(planned -> planned.site().evidence().trigger().equals(GraphLocation.MAIN))
            .filter(planned -> !isProportional(planned.filter()))
            .flatMap(planned -> note(planned, model.graph()).stream())
            .toList();
    return FirstNotes.of(all, left -> "the same holds for " + left + " more");
  }

  private static Optional<String> note(PlannedSite planned, OnnxGraph graph) {
    String gradient = planned.site().gradient();
    return multiple(graph, gradient)
        .filter(scaled -> multiple(graph, scaled).isPresent())
        .map(
            scaled ->
                "the filter of '"
                    + planned.site().variable().name()
                    + "' stands before the constant that makes '"
                    + scaled
                    + "' of '"
                    + gradient
                    + "': "
                    + planned.filter().kind()
                    + " takes no account of a gradient's size, so if that is a loss scale or a mean"
                    + " and no rate, take --gradient "
                    + ShellWord.of(planned.site().variable().name() + "=" + scaled));
  }

  /** What a constant makes of a tensor that nothing else takes. */
  private static Optional<String> multiple(OnnxGraph graph, String tensor) {
    if (graph.consumers(tensor).size() != 1 || graph.consumers(tensor).get(0).input() < 0) {
      return Optional.empty();
    }
    NodeProto node = graph.node(graph.consumers(tensor).get(0).node());
    int other = 1 - graph.consumers(tensor).get(0).input();
    return Set.of("Mul", "Div").contains(node.getOpType())
            && node.getInputCount() == 2
            && other >= 0
            && new Scalars(graph).of(node.getInput(other)).isPresent()
        ? Optional.of(node.getOutput(0))
        : Optional.empty();
  }

  /** Whether a multiple of a gradient is filtered to the same multiple. */
  static boolean isProportional(GradientFilter filter) {
    GradientFilter plain = filter.withOptions(FilterOptions.DEFAULTS);
    double[] once = step(plain, 1);
    double[] scaled = step(plain, TIMES);
    for (int i = 0; i < once.length; i++) {
      if (Math.abs(scaled[i] - TIMES * once[i]) > 1e-3 * TIMES * (Math.abs(once[i]) + 1e-3)) {
        return false;
      }
    }
    return true;
  }

  private static double[] step(GradientFilter filter, double times) {
    double[] gradient = GRADIENT.clone();
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] *= times;
    }
    ArrayFilter arrays = new ArrayFilter(filter, Precision.FLOAT64, 3, 2);
    return filter.readsVariable() ? arrays.step(gradient, VARIABLE) : arrays.step(gradient);
  }
}
