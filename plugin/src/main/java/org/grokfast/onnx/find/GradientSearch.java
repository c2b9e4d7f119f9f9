package org.grokfast.onnx.find;

import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.grokfast.onnx.find.CarriedPairs.Pair;
import org.grokfast.onnx.graph.DataFlow;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.graph.TensorType;

/**
 * Finds the gradient of a parameter among the tensors that alone separate the data from the updated
 * parameter, as {@link PlainStepRule} describes it.
 */
final class GradientSearch {
  private static final int MOST_ROUNDS = 4;

  private final OnnxGraph graph;
  private final DataFlow flow;
  private final CarriedPairs pairs;
  private final StepRoles roles;
  private final UpdateTerms terms;
  private final Map<Set<String>, DataFlow.Separators> separators = new HashMap<>();

  GradientSearch(OnnxGraph graph, DataFlow flow, CarriedPairs pairs, StepRoles roles) {
    this.graph = graph;
    this.flow = flow;
    this.pairs = pairs;
    this.roles = roles;
    this.terms = new UpdateTerms(graph, flow);
  }

  /** Whether a tensor depends on the data. */
  boolean dependsOnData(String tensor) {
    return separators(roles.data()).reaches(tensor);
  }

  /**
   * The gradient of a parameter.
   *
   * @param shape the parameter's dimensions
   */
  Optional<String> gradient(Pair pair, List<Long> shape) {
    Set<String> sources = new TreeSet<>(roles.data());
    Optional<String> best = Optional.empty();
    for (int round = 0; round < MOST_ROUNDS; round++) {
      List<String> fitting =
          separators(sources).before(pair.output()).stream()
              .filter(tensor -> fits(tensor, shape, pair))
              .toList();
      if (fitting.isEmpty()) {
        return best;
      }
      best = Optional.of(new Clipping(graph, flow, roles.afterState()).behind(fitting));
      Set<String> more = bypassing(best.get(), pair, sources);
      if (more.isEmpty()) {
        return best;
      }
      sources.addAll(more);
    }
    return best;
  }

  private DataFlow.Separators separators(Set<String> sources) {
    return separators.computeIfAbsent(Set.copyOf(sources), flow::separators);
  }

  private boolean fits(String tensor, List<Long> shape, Pair pair) {
    TensorType type = graph.type(tensor);
    return type.fixedShape().equals(Optional.of(shape))
        && type.type() == graph.type(pair.input()).type()
        && !isForward(tensor)
        && !roles.afterState().get(flow.number(tensor))
        && !terms.isUpdate(tensor, pair.input());
  }

  /** Whether a tensor goes into every metric that the data reaches: a norm alone is not enough. */
  private boolean isForward(String tensor) {
    if (!roles.reachesMetric(tensor)) {
      return false;
    }
    BitSet reached = flow.descendants(List.of(tensor));
    return roles.metrics().stream()
        .filter(this::dependsOnData)
        .allMatch(metric -> reached.get(flow.number(metric)));
  }

  /** Inputs that flow into a tensor as well as past it into the update, parameters aside. */
  private Set<String> bypassing(String tensor, Pair pair, Set<String> sources) {
    BitSet into = flow.ancestors(List.of(tensor));
    Set<String> result = new TreeSet<>();
    for (ValueInfoProto input : graph.fedInputs()) {
      String name = input.getName();
      boolean parameter = pairs.of(name).map(roles::isParameter).orElse(false);
      if (into.get(flow.number(name)) && !parameter && !sources.contains(name)) {
        DataFlow.Separators own = separators(Set.of(name));
        if (own.reaches(pair.output()) && !own.before(pair.output()).contains(tensor)) {
          result.add(name);
        }
      }
    }
    return result;
  }
}
