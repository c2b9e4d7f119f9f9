package org.grokfast.models.imdb;

/**
 * Which reviews are taken, and how much of them a model sees.
 *
 * @param reviews how many, for training and validation together; 5 to 50,000
 * @param words how many words the vocabulary has at most; 1 to {@link #MOST_WORDS}
 * @param length how many words of a review are read at most, from its beginning; 1 to {@link
 *     #MOST_LENGTH}
 */
public record ReviewSelection(int reviews, int words, int length) {
  /** The reference's: 1,000 reviews, 1,000 words, 500 words a review. */
  public static final ReviewSelection DEFAULT = new ReviewSelection(1_000, 1_000, 500);

  /** The size of the whole data set. */
  public static final int MOST_REVIEWS = 50_000;

  /** More than the whole data set has. */
  public static final int MOST_WORDS = 1_000_000;

  /** More words than any review has. */
  public static final int MOST_LENGTH = 5_000;

  /** One for validation, as a quarter is. */
  static final int LEAST_REVIEWS = 5;

  /**
   * @throws IllegalArgumentException if a number is outside its range
   */
  public ReviewSelection {
    Ranges.require("reviews", reviews, LEAST_REVIEWS, MOST_REVIEWS);
    Ranges.require("words", words, 1, MOST_WORDS);
    Ranges.require("length", length, 1, MOST_LENGTH);
  }
}
