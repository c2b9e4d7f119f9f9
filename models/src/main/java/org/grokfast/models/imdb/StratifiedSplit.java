package org.grokfast.models.imdb;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.grokfast.models.random.NumpyRandom;

/**
 * A random split in which both parts have the classes in the proportions of the whole, as
 * scikit-learn's {@code train_test_split(..., stratify=y)} makes it after {@code
 * numpy.random.seed(seed)}, draw for draw: a quarter, rounded up, is for validation.
 */
final class StratifiedSplit {
  private static final int QUARTER = 4;

  private final int[] training;
  private final int[] validation;

  /**
   * Splits.
   *
   * @param positive which examples are of the second class
   * @throws IllegalArgumentException if a class has fewer than two examples, or a part would have
   *     fewer examples than there are classes
   */
  StratifiedSplit(boolean[] positive, long seed) {
    int[][] classes = {members(positive, false), members(positive, true)};
    int held = (positive.length + QUARTER - 1) / QUARTER;
    for (int[] members : classes) {
      if (members.length < 2 || held < classes.length) {
        throw new IllegalArgumentException(
            "the split would be empty on one side: there are "
                + classes[1].length
                + " positive and "
                + classes[0].length
                + " negative reviews; expected at least 2 of each and 5 in all");
      }
    }
    NumpyRandom random = new NumpyRandom(seed);
    int[] trained = shares(sizes(classes), positive.length - held, random);
    int[] left = {classes[0].length - trained[0], classes[1].length - trained[1]};
    int[] tested = shares(left, held, random);
    int[] first = {};
    int[] second = {};
    for (int i = 0; i < classes.length; i++) {
      int[] members = classes[i];
      int[] order =
          Arrays.stream(random.permutation(members.length)).map(j -> members[j]).toArray();
      first = concat(first, Arrays.copyOf(order, trained[i]));
      second = concat(second, Arrays.copyOfRange(order, trained[i], trained[i] + tested[i]));
    }
    random.shuffle(first);
    random.shuffle(second);
    training = first;
    validation = second;
  }

  /** The numbers of the examples to train on, in the order drawn. */
  int[] training() {
    return training.clone();
  }

  /** The numbers of the examples to validate with, in the order drawn. */
  int[] validation() {
    return validation.clone();
  }

  private static int[] members(boolean[] positive, boolean wanted) {
    return IntStream.range(0, positive.length).filter(i -> positive[i] == wanted).toArray();
  }

  private static int[] sizes(int[][] classes) {
    return Arrays.stream(classes).mapToInt(members -> members.length).toArray();
  }

  /**
   * How many of each of two classes make {@code wanted} in all: in proportion, rounded down, and
   * one more of that with the larger remainder, or of one drawn.
   */
  private static int[] shares(int[] sizes, int wanted, NumpyRandom random) {
    double all = sizes[0] + (double) sizes[1];
    double[] exact = {sizes[0] / all * wanted, sizes[1] / all * wanted};
    int[] shares = {(int) exact[0], (int) exact[1]};
    if (shares[0] + shares[1] < wanted) {
      double first = exact[0] - shares[0];
      double second = exact[1] - shares[1];
      int more = first == second ? random.permutation(2)[0] : first > second ? 0 : 1;
      shares[more]++;
    }
    return shares;
  }

  private static int[] concat(int[] first, int[] second) {
    return IntStream.concat(Arrays.stream(first), Arrays.stream(second)).toArray();
  }
}
