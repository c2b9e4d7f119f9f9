package org.grokfast.models.imdb;

import java.util.ArrayList;
import java.util.List;
import org.grokfast.models.random.TorchRandom;

/**
 * Reviews that nobody wrote: words that mean nothing, and among them some that occur in positive
 * ones only or in negative ones only. Something that can be learned without data.
 */
final class GeneratedReviews {
  private static final int NEUTRAL = 60;
  private static final int TELLING = 8;
  private static final int LEAST_LENGTH = 4;
  private static final int MOST_LENGTH = 60;

  /** Of this many words, one is informative. */
  private static final int SHARE = 4;

  private GeneratedReviews() {}

  /** So many reviews, every second one positive. */
  static List<Review> of(int count, long seed) {
    TorchRandom random = new TorchRandom(seed);
    List<Review> reviews = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean positive = i % 2 == 0;
      int length = LEAST_LENGTH + below(MOST_LENGTH - LEAST_LENGTH, random);
      List<String> words = new ArrayList<>();
      for (int j = 0; j < length; j++) {
        words.add(
            below(SHARE, random) == 0
                ? word(positive ? "lum" : "gro", below(TELLING, random))
                : word("ne", below(NEUTRAL, random)));
      }
      reviews.add(new Review(String.join(" ", words), positive));
    }
    return reviews;
  }

  private static int below(int limit, TorchRandom random) {
    return (int) (random.seed() % limit);
  }

  /** A word of letters alone, since digits are dropped from words. */
  private static String word(String start, int number) {
    return start + (char) ('a' + number / 26) + (char) ('a' + number % 26);
  }
}
