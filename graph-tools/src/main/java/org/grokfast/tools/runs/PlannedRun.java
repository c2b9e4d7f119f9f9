package org.grokfast.tools.runs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.grokfast.models.comparison.Arm;
import org.grokfast.models.comparison.RunFolder;
import org.grokfast.models.comparison.RunOutcome;

/**
 * A run that there is to be.
 *
 * @param task the task's name
 * @param arm the arm
 * @param seed the seed
 * @param folder where its files are or will be
 */
public record PlannedRun(String task, Arm arm, long seed, RunFolder folder) {

  /** A run in the folder of a comparison. */
  public static PlannedRun of(String task, Arm arm, long seed, Path comparison) {
    return new PlannedRun(task, arm, seed, RunFolder.of(comparison, arm, seed));
  }

  /** What it came to, if it has been made already. */
  public Optional<RunOutcome> outcome() {
    return folder.finished(arm.settings(), seed);
  }

  /** How it is called: {@code adamw seed 3}. */
  public String label() {
    return arm.name() + " seed " + seed;
  }

  /** The words of the command line that make it, without those that say where its files go. */
  public List<String> command() {
    List<String> words = new ArrayList<>(List.of("train", task));
    words.addAll(arm.options().words());
    words.add("--seed=" + seed);
    return words;
  }
}
