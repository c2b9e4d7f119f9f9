package org.grokfast.tools.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.grokfast.models.comparison.Arm;
import org.grokfast.models.comparison.ArmOptions;
import org.grokfast.models.comparison.ArmResult;
import org.grokfast.models.task.TaskSpec;
import org.grokfast.models.tuning.Halving;
import org.grokfast.models.tuning.SearchResult;

/** Goes through the rounds of a search: makes their runs and keeps the best. */
final class Search {
  private final TaskSpec kind;
  private final Arm base;
  private final List<Halving.Rung> rungs;
  private final List<Long> seeds;
  private final TrainOptions known;

  Search(TaskSpec kind, Arm base, List<Halving.Rung> rungs, List<Long> seeds) {
    this.kind = kind;
    this.base = base;
    this.rungs = rungs;
    this.seeds = seeds;
    this.known = new TrainOptions(kind);
  }

  /** What the search costs at most, in a line. */
  String budget() {
    String rounds =
        rungs.stream()
            .map(rung -> rung.trials() + " to step " + rung.steps() + seeds(rung))
            .collect(Collectors.joining(", then "));
    return String.format(
        Locale.ROOT,
        "budget: %d trials, seeds %s; %s; at most %,d steps altogether",
        rungs.get(0).trials(),
        seeds.stream().map(String::valueOf).collect(Collectors.joining(",")),
        rounds,
        Halving.steps(rungs));
  }

  private String seeds(Halving.Rung rung) {
    return rung.seeds() == seeds.size()
        ? ""
        : " with the first" + (rung.seeds() == 1 ? " seed" : " " + rung.seeds() + " seeds");
  }

  /** The arm with other options, as trials with names of their own. */
  List<Arm> trials(List<ArmOptions> options) {
    List<Arm> trials = new ArrayList<>();
    for (ArmOptions own : options) {
      String name = String.format(Locale.ROOT, "%s-%02d", base.name(), trials.size());
      trials.add(
          known.arm(
              name, String.join(" ", own.words()), base.options().with(own), Optional.empty()));
    }
    return trials;
  }

  /**
   * Makes the rounds.
   *
   * @return as many as there was time for: fewer than planned if this was interrupted
   */
  List<SearchResult.Round> run(ManyRuns runs, List<Arm> trials) throws InterruptedException {
    List<SearchResult.Round> rounds = new ArrayList<>();
    List<Arm> left = trials;
    for (int i = 0; i < rungs.size(); i++) {
      int steps = rungs.get(i).steps();
      List<Long> first = seeds.subList(0, rungs.get(i).seeds());
      int kept = i + 1 < rungs.size() ? rungs.get(i + 1).trials() : 1;
      List<Arm> arms = left.stream().map(arm -> upTo(arm, steps)).toList();
      Optional<List<ArmResult>> results = runs.make(kind, arms, first);
      if (results.isEmpty()) {
        return rounds;
      }
      List<ArmResult> ranked = results.get().stream().sorted(Halving.order(kind.metric())).toList();
      rounds.add(new SearchResult.Round(steps, first.size(), ranked, kept));
      left = ranked.subList(0, kept).stream().map(ArmResult::arm).toList();
    }
    return rounds;
  }

  /** The arm with the steps of the last round. */
  List<Arm> last(Arm arm) {
    return List.of(upTo(arm, rungs.get(rungs.size() - 1).steps()));
  }

  private Arm upTo(Arm arm, int steps) {
    ArmOptions options = arm.options().with("steps", List.of(Integer.toString(steps)));
    return known.arm(arm.name(), arm.about(), options, Optional.empty());
  }
}
