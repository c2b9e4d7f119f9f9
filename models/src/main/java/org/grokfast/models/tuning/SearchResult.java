package org.grokfast.models.tuning;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.models.comparison.Arm;
import org.grokfast.models.comparison.ArmResult;
import org.grokfast.models.comparison.Column;
import org.grokfast.models.comparison.Comparison;
import org.grokfast.models.task.Metric;

/**
 * A search by successive halving and what it found.
 *
 * @param task the task's name
 * @param metric what the task's runs are compared by
 * @param base the arm that it started from
 * @param seeds the seeds of the last round
 * @param rounds the rounds in their order; not empty
 * @param origin where the figures come from
 */
public record SearchResult(
    String task,
    Metric metric,
    Arm base,
    List<Long> seeds,
    List<Round> rounds,
    Comparison.Origin origin) {
  private static final int VERSION = 1;

  /** Takes copies of the lists. */
  public SearchResult {
    seeds = List.copyOf(seeds);
    rounds = List.copyOf(rounds);
  }

  /**
   * One round.
   *
   * @param steps up to which step it went
   * @param seeds how many of the seeds each trial had, the first ones
   * @param ranked its trials, the best first
   * @param kept how many of them went on; 1 in the last round
   */
  public record Round(int steps, int seeds, List<ArmResult> ranked, int kept) {
    /** Takes a copy of the list. */
    public Round {
      ranked = List.copyOf(ranked);
    }
  }

  /** The best trial of the last round; nothing if all its runs failed. */
  public Optional<ArmResult> best() {
    return Optional.of(rounds.get(rounds.size() - 1).ranked().get(0))
        .filter(trial -> !trial.hasFailed());
  }

  /** Whether a run failed, in whichever round. */
  public boolean hasFailures() {
    return rounds.stream()
        .flatMap(round -> round.ranked().stream())
        .anyMatch(trial -> trial.failures() > 0);
  }

  /**
   * The trials that a round dropped though the last one that it kept can't be told from them: there
   * the order is noise.
   */
  public List<ArmResult> indistinguishable(Round round) {
    ArmResult last = round.ranked().get(round.kept() - 1);
    return round.ranked().subList(round.kept(), round.ranked().size()).stream()
        .filter(dropped -> !Halving.isTold(last, dropped, metric))
        .toList();
  }

  /** How many steps were made at most, over all seeds; none counted twice. */
  public long budget() {
    return Halving.steps(
        rounds.stream()
            .map(round -> new Halving.Rung(round.ranked().size(), round.steps(), round.seeds()))
            .toList());
  }

  /** The search in names and plain values, in a fixed order; null stands for what there isn't. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("version", VERSION);
    map.put("task", task);
    map.put("metric", metric.label());
    map.put("arm", base.name());
    map.put("seeds", seeds);
    map.put("stepsBudget", budget());
    map.put("command", origin.command());
    map.put("versions", origin.versions());
    map.put("machine", origin.machine());
    map.put("time", origin.time());
    map.put("rounds", rounds.stream().map(this::round).toList());
    map.put("best", best().map(best -> best.arm().options().words()).orElse(null));
    return map;
  }

  private Map<String, Object> round(Round round) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("steps", round.steps());
    map.put("seeds", round.seeds());
    map.put("kept", round.kept());
    map.put("trials", round.ranked().stream().map(this::trial).toList());
    map.put(
        "indistinguishable",
        indistinguishable(round).stream().map(trial -> trial.arm().name()).toList());
    return map;
  }

  private Map<String, Object> trial(ArmResult result) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", result.arm().name());
    map.put("options", result.arm().options().words());
    for (Column column : Halving.criteria(metric)) {
      map.put(
          column.key(),
          result.spread(column).map(spread -> column.text(spread.median())).orElse(null));
    }
    map.put("failed", result.failures());
    return map;
  }
}
