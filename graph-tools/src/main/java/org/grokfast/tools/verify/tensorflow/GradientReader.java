package org.grokfast.tools.verify.tensorflow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.io.GraphFileException;
import org.grokfast.tools.verify.tensorflow.plan.VerifyPlan;

/** Trains step by step and reads what every filter takes and gives. */
final class GradientReader {
  private final TrainingSession session;
  private final Map<String, Double> runs = new HashMap<>();

  GradientReader(TrainingSession session) {
    this.session = session;
  }

  /**
   * Makes a step. A filter in a branch that was not taken is left out.
   *
   * @return the values of {@link VerifyPlan.Site#tensors} by site
   * @throws GraphFileException if a filter ran twice: what it saw first is lost
   */
  Map<VerifyPlan.Site, List<double[]>> step(int step, VerifyPlan.Group group) {
    List<String> fetches =
        tensors(group.sites().stream().filter(site -> site.runs() == null).toList());
    List<double[]> fetched = session.step(step, group.rewritten(), fetches);
    List<VerifyPlan.Site> ran = ran(step, group);
    List<double[]> probed = session.read(tensors(ran));
    Map<VerifyPlan.Site, List<double[]>> values = new LinkedHashMap<>();
    for (VerifyPlan.Site site : group.sites()) {
      int size = site.tensors().size();
      if (site.runs() == null) {
        values.put(site, fetched.subList(0, size));
        fetched = fetched.subList(size, fetched.size());
      } else if (ran.contains(site)) {
        values.put(site, probed.subList(0, size));
        probed = probed.subList(size, probed.size());
      }
    }
    return values;
  }

  private static List<String> tensors(List<VerifyPlan.Site> sites) {
    return sites.stream().flatMap(site -> site.tensors().stream()).toList();
  }

  /** Those of the probed sites that the step ran, in their order. */
  private List<VerifyPlan.Site> ran(int step, VerifyPlan.Group group) {
    List<VerifyPlan.Site> probed =
        group.sites().stream().filter(site -> site.runs() != null).toList();
    List<double[]> counts = session.read(probed.stream().map(VerifyPlan.Site::runs).toList());
    List<VerifyPlan.Site> ran = new ArrayList<>();
    for (int i = 0; i < probed.size(); i++) {
      if (hasRun(step, probed.get(i), counts.get(i)[0])) {
        ran.add(probed.get(i));
      }
    }
    return ran;
  }

  private boolean hasRun(int step, VerifyPlan.Site site, double now) {
    Double last = runs.put(site.runs(), now);
    double count = last == null ? now : now - last;
    if (count > 1) {
      throw new GraphFileException(
          "the update of '"
              + site.variable()
              + "' ran "
              + (long) count
              + " times in step "
              + step
              + ", and only its last gradient can be read; name a node that runs it once with"
              + " --train-op");
    }
    return count == 1;
  }
}
