package org.grokfast.models.imdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class VocabularyTest {
  private static final List<String> TEXTS =
      List.of("The plot, the plot! A film of films", "bad film; plot?", "actors");

  @Test
  void wordsAreNumberedByFrequencyThenByFirstOccurrenceWithoutStopWords() {
    assertThat(Vocabulary.of(TEXTS, 10).words())
        .containsExactly("plot", "film", "films", "bad", "actors");
  }

  @Test
  void onlyTheMostFrequentAreKept() {
    assertThat(Vocabulary.of(TEXTS, 2).words()).containsExactly("plot", "film");
  }

  @Test
  void textsArePaddedOnTheLeftAndUnknownWordsPassedOver() {
    Vocabulary vocabulary = Vocabulary.of(TEXTS, 2);
    assertThat(vocabulary.encode("A bad FILM without a plot.", 5)).containsExactly(0, 0, 0, 2, 1);
    assertThat(vocabulary.encode("nothing known", 3)).containsExactly(0, 0, 0);
  }

  @Test
  void longTextsKeepTheirBeginning() {
    assertThat(Vocabulary.of(TEXTS, 2).encode("film plot plot plot", 2)).containsExactly(2, 1);
  }

  @Test
  void theStopWordsAreWordsAsTheyAreCut() {
    assertThat(StopWords.ENGLISH)
        .hasSize(153)
        .allSatisfy(word -> assertThat(Words.of(word)).containsExactly(word));
  }
}
