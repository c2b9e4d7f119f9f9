package org.grokfast.models.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.grokfast.models.statistics.Bounds;
import org.grokfast.models.statistics.SpeedUp;
import org.grokfast.models.statistics.Spread;

/**
 * An arm with its runs.
 *
 * @param arm the arm
 * @param runs its runs by seed, failed ones included
 */
public record ArmResult(Arm arm, List<RunOutcome> runs) {
  /** Takes a copy of the list. */
  public ArmResult {
    runs = List.copyOf(runs);
  }

  /** How many of the runs failed. */
  public int failures() {
    return (int) runs.stream().filter(run -> run.failure().isPresent()).count();
  }

  /** Whether no run is left to judge the arm by. */
  public boolean hasFailed() {
    return failures() == runs.size();
  }

  /** A figure over the runs that have it; nothing if none has. */
  public Optional<Spread> spread(Column column) {
    List<Bounds> values = runs.stream().flatMap(run -> column.of(run).stream()).toList();
    return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
  }

  /**
   * How many times better this arm is than another one: how many times less it has of something, or
   * more where more is better.
   *
   * @return nothing if they have no seed in common for which both have the figure
   */
  public Optional<SpeedUp> over(ArmResult baseline, Column column) {
    List<Bounds> theirs = new ArrayList<>();
    List<Bounds> ours = new ArrayList<>();
    for (RunOutcome run : runs) {
      Optional<Bounds> mine = column.of(run);
      Optional<Bounds> other =
          baseline.runs.stream()
              .filter(candidate -> candidate.seed() == run.seed())
              .findFirst()
              .flatMap(column::of);
      if (mine.isPresent() && other.isPresent()) {
        ours.add(mine.get());
        theirs.add(other.get());
      }
    }
    if (ours.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(column.moreIsBetter() ? SpeedUp.of(ours, theirs) : SpeedUp.of(theirs, ours));
  }
}
