package org.grokfast.tools.verify.tensorflow.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which nodes make all updates happen, each of them once a step.
 *
 * <p>Any of the nodes behind an update runs it, but a graph may hold some that wait for one update
 * alone (a reading of a variable that nothing takes) beside the training op that runs them all: of
 * what is left, the nodes that run the most updates are taken together.
 */
public final class TrainingRuns {
  private TrainingRuns() {}

  /**
   * The updates by the nodes to run for them.
   *
   * @param nodes the nodes behind each update
   */
  static <T> Map<List<String>, List<T>> of(Map<T, List<String>> nodes) {
    Map<List<String>, List<T>> runs = new LinkedHashMap<>();
    Set<T> left = new LinkedHashSet<>(nodes.keySet());
    while (!left.isEmpty()) {
      Map<String, List<T>> run = new LinkedHashMap<>();
      for (T update : left) {
        nodes
            .get(update)
            .forEach(node -> run.computeIfAbsent(node, n -> new ArrayList<>()).add(update));
      }
      List<T> most = List.of();
      for (List<T> updates : run.values()) {
        most = updates.size() > most.size() ? updates : most;
      }
      List<T> chosen = most;
      runs.put(run.keySet().stream().filter(n -> run.get(n).equals(chosen)).toList(), chosen);
      chosen.forEach(left::remove);
    }
    return runs;
  }
}
