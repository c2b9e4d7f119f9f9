package org.grokfast.tools.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.file.GraphFileException;

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
    List<String> fetches = new ArrayList<>();
    group.sites().stream()
        .filter(site -> site.runs() == null)
        .forEach(site -> fetches.addAll(site.tensors()));
    List<double[]> fetched = session.step(step, group.rewritten(), fetches);
    Map<VerifyPlan.Site, List<double[]>> values = new LinkedHashMap<>();
    for (VerifyPlan.Site site : group.sites()) {
      if (site.runs() == null) {
        values.put(site, fetched.subList(0, site.tensors().size()));
        fetched = fetched.subList(site.tensors().size(), fetched.size());
      } else if (hasRun(step, site)) {
        values.put(site, session.read(site.tensors()));
      }
    }
    return values;
  }

  private boolean hasRun(int step, VerifyPlan.Site site) {
    double now = session.read(List.of(site.runs())).get(0)[0];
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
