package org.grokfast.tools.verify.tensorflow;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.proof.Judge;
import org.grokfast.proof.Losses;
import org.grokfast.proof.Measurement;
import org.grokfast.proof.SiteProof;
import org.grokfast.tensorflow.proof.Fetchable;
import org.grokfast.tensorflow.proof.GradientSource;
import org.grokfast.tensorflow.proof.LossCandidates;
import org.grokfast.tensorflow.proof.Values;
import org.grokfast.tools.verify.tensorflow.plan.VerifyPlan;
import org.tensorflow.Tensor;

/**
 * Proves in some steps of training that filters stand on gradients: keeps all variables as they
 * were before the step, moves one of them, and computes the losses anew.
 */
final class GradientProof {
  private static final int STEPS = 3;

  /** Of elements of one variable; the directions are kept in memory. */
  private static final int MOST_ELEMENTS = 20_000_000;

  /** After which nothing more is measured, in nanoseconds; the comparison has to go on. */
  private static final long LONGEST = 60_000_000_000L;

  private final VerifyPlan plan;
  private final TrainingSession session;
  private final Map<VerifyPlan.Site, List<Measurement>> measured = new LinkedHashMap<>();
  private final Map<VerifyPlan.Site, List<Judge.Made>> sources = new LinkedHashMap<>();
  private final long start = System.nanoTime();
  private boolean late;
  private List<String> losses;

  /**
   * A proof.
   *
   * @param plan what to do
   * @param session the rewritten graph, at its start
   */
  GradientProof(VerifyPlan plan, TrainingSession session) {
    this.plan = plan;
    this.session = session;
  }

  /** A step of one group: the variables before it, and the tensors that entered the filters. */
  private record Taken(
      int number, Map<String, Tensor> variables, Map<VerifyPlan.Site, List<double[]>> tensors) {}

  List<SiteProof> run() {
    List<Taken> steps = new ArrayList<>();
    try {
      GradientReader reader = new GradientReader(session);
      for (int number = 0; number < STEPS; number++) {
        for (VerifyPlan.Group group : plan.groups()) {
          steps.add(take(number, group, reader));
        }
      }
      losses = scalars(steps.get(0));
      for (Taken step : steps) {
        step.tensors().forEach((site, tensors) -> measure(step, site, tensors));
      }
    } finally {
      steps.forEach(step -> step.variables().values().forEach(Tensor::close));
    }
    List<SiteProof> proofs = new ArrayList<>();
    for (VerifyPlan.Group group : plan.groups()) {
      group.sites().forEach(site -> proofs.add(judge(site)));
    }
    return proofs;
  }

  private Taken take(int number, VerifyPlan.Group group, GradientReader reader) {
    Map<String, Tensor> before = session.variables();
    Map<VerifyPlan.Site, List<double[]>> tensors = new LinkedHashMap<>();
    for (VerifyPlan.Site site : group.sites()) {
      if (site.runs() == null && site.indices() == null) {
        tensors.put(site, fetched(number, site, before));
      }
    }
    session.assign(before);
    reader
        .step(number, group)
        .forEach((site, read) -> tensors.computeIfAbsent(site, s -> List.of(raw(site, read))));
    return new Taken(number, before, tensors);
  }

  /** The tensor and what it is made from; the latter only if a run gives it. */
  private List<double[]> fetched(int number, VerifyPlan.Site site, Map<String, Tensor> before) {
    List<Judge.Made> made = sources.computeIfAbsent(site, s -> made(number, s));
    List<String> names = new ArrayList<>(List.of(site.raw()));
    made.forEach(tensor -> names.add(tensor.name()));
    // What was run to get here may have changed something: a scale, a moment.
    session.assign(before);
    return session.step(number, List.of(), names);
  }

  private List<Judge.Made> made(int number, VerifyPlan.Site site) {
    List<Judge.Made> tensors = plan.proof().of(site.filtered()).tensors();
    List<String> names = new ArrayList<>(List.of(site.raw()));
    tensors.forEach(tensor -> names.add(tensor.name()));
    List<double[]> values = Fetchable.of(names, some -> session.step(number, List.of(), some));
    List<Judge.Made> fitting = new ArrayList<>();
    for (int i = 0; i < tensors.size(); i++) {
      if (values.get(i + 1).length == values.get(0).length) {
        fitting.add(tensors.get(i));
      }
    }
    return fitting;
  }

  private double[] raw(VerifyPlan.Site site, List<double[]> read) {
    double[] rows = read.get(1);
    if (site.indices() == null) {
      return rows;
    }
    double[] indices = read.get(2);
    int width = site.shape().stream().reduce(1, Math::multiplyExact);
    int elements = session.read(List.of(variable(site).read())).get(0).length;
    double[] dense = new double[elements];
    for (int row = 0; row < indices.length; row++) {
      int at = Math.toIntExact((long) indices[row]) * width;
      for (int i = 0; i < width; i++) {
        dense[at + i] += rows[row * width + i];
      }
    }
    return dense;
  }

  private VerifyPlan.Variable variable(VerifyPlan.Site site) {
    return plan.variables().stream()
        .filter(variable -> variable.name().equals(site.variable()))
        .findFirst()
        .orElseThrow();
  }

  /** Those of the candidates that are scalars. */
  private List<String> scalars(Taken step) {
    session.assign(step.variables());
    return Fetchable.losses(
        plan.proof().losses(), some -> session.step(step.number(), List.of(), some));
  }

  private void measure(Taken step, VerifyPlan.Site site, List<double[]> tensors) {
    late |= System.nanoTime() - start > LONGEST;
    if (late) {
      return;
    }
    Tensor variable = step.variables().get(site.variable());
    double[] at = Values.of(variable);
    if (losses.isEmpty()
        || at.length > MOST_ELEMENTS
        || tensors.stream().anyMatch(tensor -> tensor.length != at.length)) {
      return;
    }
    session.assign(step.variables());
    Losses losses =
        elements -> {
          try (Tensor moved =
              Values.tensor(variable.dataType().name(), variable.shape(), elements)) {
            if (plan.proof().running()) {
              Map<String, Tensor> all = new LinkedHashMap<>(step.variables());
              all.put(site.variable(), moved);
              session.assign(all);
            } else {
              session.assign(Map.of(site.variable(), moved));
            }
          }
          List<double[]> values = session.step(step.number(), List.of(), this.losses);
          return values.stream().mapToDouble(value -> value[0]).toArray();
        };
    measured
        .computeIfAbsent(site, s -> new ArrayList<>())
        .add(
            Measurement.of(
                losses,
                at,
                tensors,
                LossCandidates.rounding(plan.proof().narrowest()),
                plan.seed() + step.number()));
    session.assign(Map.of(site.variable(), variable));
  }

  private SiteProof judge(VerifyPlan.Site site) {
    if (late && !measured.containsKey(site)) {
      return SiteProof.undecided(
          site.variable(), "the losses of other variables took a minute to compute");
    }
    List<Judge.Made> tensors = new ArrayList<>(List.of(new Judge.Made(site.raw(), "", true)));
    tensors.addAll(sources.getOrDefault(site, List.of()));
    GradientSource source = plan.proof().of(site.filtered());
    Judge judge =
        new Judge(
            site.variable(),
            losses.stream().map(plan.proof()::shown).toList(),
            tensors,
            new Judge.Context(plan.proof().named(), site.runs() == null, source.clipped()));
    return judge.decide(measured.getOrDefault(site, List.of()));
  }
}
