package org.grokfast.tensorflow.proof;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.grokfast.io.GraphFileException;
import org.tensorflow.exceptions.TensorFlowException;

/** What runs give of tensors that may fail, as those of a branch that does not run. */
public final class Fetchable {
  private static final int MOST_LOSSES = 64;

  private Fetchable() {}

  /**
   * The elements of tensors; none of one that a run does not give, or that has no numbers.
   *
   * @param tensors the tensors
   * @param run gives the elements of some of them, or throws
   */
  public static List<double[]> of(
      List<String> tensors, Function<List<String>, List<double[]>> run) {
    if (tensors.isEmpty()) {
      return List.of();
    }
    try {
      return run.apply(tensors);
    } catch (TensorFlowException
        | GraphFileException
        | IllegalArgumentException
        | IndexOutOfBoundsException e) {
      if (tensors.size() == 1) {
        return List.of(new double[0]);
      }
      // One of them fails all: half and half find it.
      int half = tensors.size() / 2;
      List<double[]> values = new ArrayList<>(of(tensors.subList(0, half), run));
      values.addAll(of(tensors.subList(half, tensors.size()), run));
      return values;
    }
  }

  /** The first of the candidates for a loss that are single finite numbers. */
  public static List<String> losses(
      List<String> candidates, Function<List<String>, List<double[]>> run) {
    List<double[]> values = of(candidates, run);
    List<String> found = new ArrayList<>();
    for (int i = 0; i < candidates.size() && found.size() < MOST_LOSSES; i++) {
      if (values.get(i).length == 1 && Double.isFinite(values.get(i)[0])) {
        found.add(candidates.get(i));
      }
    }
    return found;
  }
}
