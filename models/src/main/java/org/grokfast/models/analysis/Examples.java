package org.grokfast.models.analysis;

import java.util.ArrayList;
import java.util.List;
import org.grokfast.models.task.Batch;
import org.grokfast.models.task.Split;
import org.grokfast.models.task.Task;

/**
 * The same examples at every checkpoint: at equal distances over a split, since a split may be
 * sorted.
 */
final class Examples implements AutoCloseable {
  private static final int BATCH = 1024;

  private final List<Batch> all;
  private final List<Batch> quarter;
  private final Batch first;
  private final Batch second;
  private final Batch information;
  private final List<Batch> validation;

  Examples(Task task, AnalysisOptions options) {
    int[] places = spread(task.examples(Split.TRAINING), options.examples());
    if (places.length < 2) {
      throw new IllegalArgumentException(
          "the task has "
              + places.length
              + " training examples; the two batches of a commutator need at least 2");
    }
    all = batches(task, Split.TRAINING, places);
    quarter = batches(task, Split.TRAINING, every(places, 4, 0));
    first = task.batch(Split.TRAINING, every(places, 2, 0));
    second = task.batch(Split.TRAINING, every(places, 2, 1));
    information =
        task.batch(
            Split.TRAINING, spread(task.examples(Split.TRAINING), options.informationExamples()));
    validation =
        batches(
            task, Split.VALIDATION, spread(task.examples(Split.VALIDATION), options.examples()));
  }

  private static int[] spread(int size, int wanted) {
    int count = Math.min(size, wanted);
    int[] places = new int[count];
    for (int i = 0; i < count; i++) {
      places[i] = (int) ((long) i * size / count);
    }
    return places;
  }

  private static int[] every(int[] places, int distance, int start) {
    int[] chosen = new int[(places.length - start + distance - 1) / distance];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = places[start + i * distance];
    }
    return chosen;
  }

  private static List<Batch> batches(Task task, Split split, int[] places) {
    List<Batch> batches = new ArrayList<>();
    for (int from = 0; from < places.length; from += BATCH) {
      int[] part =
          java.util.Arrays.copyOfRange(places, from, Math.min(places.length, from + BATCH));
      batches.add(task.batch(split, part));
    }
    return batches;
  }

  /** What losses, gradients and eigenvalues are over. */
  List<Batch> all() {
    return all;
  }

  /** A quarter of them, for the layers' eigenvalues. */
  List<Batch> quarter() {
    return quarter;
  }

  /** The first of the two batches of the commutator. */
  List<Batch> first() {
    return List.of(first);
  }

  /** The second, without an example in common. */
  List<Batch> second() {
    return List.of(second);
  }

  /** The examples of Gram matrices. */
  Batch information() {
    return information;
  }

  /** Examples that weren't trained on. */
  List<Batch> validation() {
    return validation;
  }

  @Override
  public void close() {
    all.forEach(Batch::close);
    quarter.forEach(Batch::close);
    first.close();
    second.close();
    information.close();
    validation.forEach(Batch::close);
  }
}
