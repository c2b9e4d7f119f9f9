package org.grokfast.tools.verify.tensorflow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.grokfast.filter.arrays.ArrayPasses;
import org.grokfast.io.GraphFileException;
import org.grokfast.tools.verify.tensorflow.plan.VerifyPlan;

/**
 * Passes around the steps of a graph that has none: what an update adds to the weights is read, and
 * the weights are set to what they would be with the passes. For that, what an update adds must not
 * depend on the weights that it finds; it is so for every training op that decay is possible with.
 */
final class PassReplay {
  private final VerifyPlan plan;
  private final TrainingSession session;
  private final Map<String, Ran> ran = new HashMap<>();
  private final Map<String, ArrayPasses> oracles = new HashMap<>();

  /**
   * That a site ran in a step.
   *
   * @param step the number of the step
   * @param filtered what names the site
   * @param rate the learning rate, where a pass takes it; null elsewhere
   */
  record Ran(int step, String filtered, Double rate) {
    private String key() {
      return step + " " + filtered;
    }
  }

  /**
   * Nothing has been done yet.
   *
   * @param session the graph without passes
   * @param all which sites ran in the graph with passes
   */
  PassReplay(VerifyPlan plan, TrainingSession session, List<Ran> all) {
    this.plan = plan;
    this.session = session;
    all.forEach(each -> ran.put(each.key(), each));
  }

  /** Makes a step of some nodes, and what the passes of their sites do. */
  void step(int step, VerifyPlan.Group group) {
    List<VerifyPlan.Site> sites =
        group.sites().stream()
            .filter(site -> !site.passes().isEmpty())
            .filter(site -> ran.containsKey(step + " " + site.filtered()))
            .toList();
    requireOneUpdateEach(step, sites);
    Map<String, double[]> before = read(sites);
    List<VerifyPlan.Site> ruled =
        sites.stream().filter(site -> site.updateRule().isPresent()).toList();
    List<double[]> gradients =
        session.step(step, group.original(), ruled.stream().map(VerifyPlan.Site::raw).toList());
    Map<String, double[]> after = read(sites);
    Map<String, double[]> changed = new LinkedHashMap<>();
    for (VerifyPlan.Site site : sites) {
      double[] old = before.get(site.variable());
      double[] now = after.get(site.variable());
      Double rate = ran.get(step + " " + site.filtered()).rate();
      double[] with =
          ruled.contains(site)
              ? oracle(site).step(old, gradients.get(ruled.indexOf(site)))
              : oracle(site)
                  .step(old, Optional.ofNullable(rate), found -> moved(site, found, old, now));
      changed.put(site.variable(), with);
    }
    session.set(changed);
  }

  private static void requireOneUpdateEach(int step, List<VerifyPlan.Site> sites) {
    Set<String> seen = new HashSet<>();
    for (VerifyPlan.Site site : sites) {
      if (!seen.add(site.variable())) {
        throw new GraphFileException(
            "'"
                + site.variable()
                + "' is updated twice in step "
                + step
                + ", between which its passes can't be looked at; rewrite without them to verify"
                + " the filter alone");
      }
    }
  }

  private ArrayPasses oracle(VerifyPlan.Site site) {
    return oracles.computeIfAbsent(
        site.variable(),
        name -> new ArrayPasses(site.passes(), site.precision(), oracleShape(site)));
  }

  /** Passes around an update look at elements one by one. */
  private int[] oracleShape(VerifyPlan.Site site) {
    if (site.updateRule().isPresent()) {
      return site.shape().stream().mapToInt(Integer::intValue).toArray();
    }
    return new int[] {read(List.of(site)).get(site.variable()).length};
  }

  /** What the update makes of other weights than those that it found. */
  private static double[] moved(
      VerifyPlan.Site site, double[] found, double[] before, double[] after) {
    double[] moved = new double[found.length];
    for (int i = 0; i < moved.length; i++) {
      moved[i] =
          found[i] == before[i]
              ? after[i]
              : site.precision().round(after[i] + (found[i] - before[i]));
    }
    return moved;
  }

  private Map<String, double[]> read(List<VerifyPlan.Site> sites) {
    List<String> names = sites.stream().map(VerifyPlan.Site::variable).distinct().toList();
    List<String> tensors = new ArrayList<>();
    for (String name : names) {
      plan.variables().stream()
          .filter(variable -> variable.name().equals(name))
          .forEach(variable -> tensors.add(variable.read()));
    }
    List<double[]> values = session.read(tensors);
    Map<String, double[]> byName = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      byName.put(names.get(i), values.get(i));
    }
    return byName;
  }
}
