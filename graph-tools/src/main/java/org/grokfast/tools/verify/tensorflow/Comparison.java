package org.grokfast.tools.verify.tensorflow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.grokfast.filter.FilterDescription;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.Unfiltered;
import org.grokfast.filter.arrays.ArrayFilter;
import org.grokfast.filter.arrays.LazyArrayFilter;
import org.grokfast.io.GraphFileException;
import org.grokfast.proof.SiteProof;
import org.grokfast.tensorflow.proof.Values;
import org.grokfast.tools.verify.Deviation;
import org.grokfast.tools.verify.VerifyOutcome;
import org.grokfast.tools.verify.tensorflow.plan.VerifyPlan;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.GraphDef;

/** Runs the two graphs of a plan and compares them. */
final class Comparison implements AutoCloseable {
  private final VerifyPlan plan;
  private final double tolerance;
  private final GraphDef original;
  private final GraphDef rewritten;
  private final Feeds feeds;
  private final Map<String, Tensor> first = new LinkedHashMap<>();
  private final List<PassReplay.Ran> ran = new ArrayList<>();

  Comparison(VerifyPlan plan, double tolerance, GraphDef original, GraphDef rewritten) {
    this.plan = plan;
    this.tolerance = tolerance;
    this.original = original;
    this.rewritten = rewritten;
    this.feeds = new Feeds(plan);
  }

  VerifyOutcome run() {
    boolean passes = plan.compareWeights() && plan.hasPasses();
    Map<String, double[]> expected = trainOriginal(!passes);
    Map<String, Deviation> gradients = compareGradients();
    if (passes) {
      expected = trainWithPasses();
    }
    Map<String, double[]> weights = plan.compareWeights() ? trainUnamplified() : Map.of();
    List<VerifyOutcome.Compared> compared = new ArrayList<>();
    for (VerifyPlan.Group group : plan.groups()) {
      for (VerifyPlan.Site site : group.sites()) {
        Deviation gradient = gradients.get(site.filtered());
        Deviation weight = new Deviation();
        if (plan.compareWeights()) {
          double[] right = expected.get(site.variable());
          weight.add(plan.steps(), weights.get(site.variable()), right, right);
        }
        compared.add(
            new VerifyOutcome.Compared(
                site.variable(),
                site.filter(),
                gradient.largest(),
                gradient.step(),
                plan.compareWeights() ? weight.largest() : null,
                plan.compareWeights() && weight.identical(),
                Math.max(
                    Math.max(tolerance, plan.compareWeights() ? plan.rounding() : 0),
                    Deviation.ofRounding(
                        FilterDescription.parse(site.filter()), site.precision()))));
      }
    }
    return new VerifyOutcome(compared, plan.notes(), prove());
  }

  /** Reads the first values of the variables, and trains. */
  private Map<String, double[]> trainOriginal(boolean trains) {
    try (TrainingSession session = new TrainingSession(plan, original, feeds)) {
      session.run(plan.start().original());
      if (plan.start().restore() != null) {
        session.restore(plan.start());
      }
      first.putAll(session.variables());
      if (!plan.compareWeights() || !trains) {
        return Map.of();
      }
      for (int step = 0; step < plan.steps(); step++) {
        for (VerifyPlan.Group group : plan.groups()) {
          session.step(step, group.original(), List.of());
        }
      }
      return weights(session);
    }
  }

  /** Trains the original, and does between its steps what passes do in the rewritten graph. */
  private Map<String, double[]> trainWithPasses() {
    try (TrainingSession session = new TrainingSession(plan, original, feeds)) {
      session.run(plan.start().original());
      if (plan.start().restore() != null) {
        session.restore(plan.start());
      }
      session.assign(first);
      PassReplay replay = new PassReplay(plan, session, ran);
      for (int step = 0; step < plan.steps(); step++) {
        for (VerifyPlan.Group group : plan.groups()) {
          replay.step(step, group);
        }
      }
      return weights(session);
    }
  }

  private List<SiteProof> prove() {
    if (plan.proof() == null) {
      return List.of();
    }
    try (TrainingSession session = startRewritten()) {
      return new GradientProof(plan, session).run();
    } catch (TensorFlowException | GraphFileException | IllegalArgumentException e) {
      String reason = "running it failed: " + e.getMessage().lines().findFirst().orElse("");
      return plan.groups().stream()
          .flatMap(group -> group.sites().stream())
          .map(site -> SiteProof.undecided(site.variable(), reason))
          .toList();
    }
  }

  private TrainingSession startRewritten() {
    TrainingSession session = new TrainingSession(plan, rewritten, feeds);
    session.run(plan.start().rewritten());
    session.assign(first);
    return session;
  }

  private Map<String, Deviation> compareGradients() {
    Map<String, Deviation> deviations = new LinkedHashMap<>();
    Map<String, Oracle> oracles = new LinkedHashMap<>();
    Map<String, String> idle = new LinkedHashMap<>();
    for (VerifyPlan.Group group : plan.groups()) {
      for (VerifyPlan.Site site : group.sites()) {
        deviations.put(site.filtered(), new Deviation());
        oracles.computeIfAbsent(site.state(), state -> oracle(site));
        idle.put(site.filtered(), site.variable());
      }
    }
    try (TrainingSession session = startRewritten()) {
      GradientReader reader = new GradientReader(session);
      for (int step = 0; step < plan.steps(); step++) {
        for (VerifyPlan.Group group : plan.groups()) {
          Map<String, double[]> variables = readByFilters(session, group);
          for (var read : reader.step(step, group).entrySet()) {
            String name = read.getKey().filtered();
            idle.remove(name);
            List<double[]> values = read.getValue();
            double[] actual = values.get(0);
            List<double[]> taken = values.subList(1, values.size());
            ran.add(
                new PassReplay.Ran(
                    step,
                    name,
                    read.getKey().rate() == null ? null : values.get(values.size() - 1)[0]));
            double[] expected =
                oracles
                    .get(read.getKey().state())
                    .step(taken, variables.get(read.getKey().variable()));
            deviations.get(name).add(step, actual, expected, taken.get(0));
          }
        }
      }
    }
    if (!idle.isEmpty()) {
      throw new GraphFileException(
          "no step of "
              + plan.steps()
              + " updated '"
              + idle.values().iterator().next()
              + "'; give inputs that take its branch with --feeds, or more --steps");
    }
    return deviations;
  }

  /** The variables, as they are before a step, of filters that read them. */
  private Map<String, double[]> readByFilters(TrainingSession session, VerifyPlan.Group group) {
    List<VerifyPlan.Variable> read =
        plan.variables().stream()
            .filter(variable -> group.sites().stream().anyMatch(site -> reads(site, variable)))
            .toList();
    List<double[]> values = session.read(read.stream().map(VerifyPlan.Variable::read).toList());
    Map<String, double[]> variables = new LinkedHashMap<>();
    for (int i = 0; i < read.size(); i++) {
      variables.put(read.get(i).name(), values.get(i));
    }
    return variables;
  }

  private static boolean reads(VerifyPlan.Site site, VerifyPlan.Variable variable) {
    return site.variable().equals(variable.name())
        && FilterDescription.parse(site.filter()).readsVariable();
  }

  /**
   * What a filter should give for the raw gradient and, where it is lazy, its rows; the variable is
   * null where it is not read.
   */
  private interface Oracle {
    double[] step(List<double[]> inputs, double[] variable);
  }

  private static Oracle oracle(VerifyPlan.Site site) {
    GradientFilter filter = FilterDescription.parse(site.filter());
    int[] shape = site.shape().stream().mapToInt(Integer::intValue).toArray();
    if (filter instanceof Unfiltered) {
      // It passes whatever comes, the rows of a sparse gradient too.
      return (inputs, variable) -> inputs.get(0);
    }
    if (site.indices() == null) {
      ArrayFilter dense = new ArrayFilter(filter, site.precision(), shape);
      return (inputs, variable) ->
          variable == null ? dense.step(inputs.get(0)) : dense.step(inputs.get(0), variable);
    }
    LazyArrayFilter lazy =
        new LazyArrayFilter(
            filter, site.precision(), IntStream.of(shape).reduce(1, Math::multiplyExact));
    return (inputs, variable) ->
        lazy.step(
            Arrays.stream(inputs.get(1)).mapToLong(index -> (long) index).toArray(),
            inputs.get(0),
            variable);
  }

  private Map<String, double[]> trainUnamplified() {
    try (TrainingSession session = startRewritten()) {
      plan.lambs().forEach(session::zero);
      for (int step = 0; step < plan.steps(); step++) {
        for (VerifyPlan.Group group : plan.groups()) {
          session.step(step, group.rewritten(), List.of());
        }
      }
      return weights(session);
    }
  }

  private Map<String, double[]> weights(TrainingSession session) {
    Map<String, double[]> weights = new LinkedHashMap<>();
    session
        .variables()
        .forEach(
            (name, tensor) -> {
              try (tensor) {
                if (plan.site(name).isPresent()) {
                  weights.put(name, Values.of(tensor));
                }
              }
            });
    return weights;
  }

  @Override
  public void close() {
    first.values().forEach(Tensor::close);
  }
}
