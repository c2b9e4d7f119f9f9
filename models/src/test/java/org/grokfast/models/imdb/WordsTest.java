package org.grokfast.models.imdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Python's {@code str.lower}, {@code str.split} and the reference's expressions give. */
class WordsTest {
  @Test
  void markupAndPunctuationAreTakenOutOfPiecesBetweenSpaces() {
    assertThat(Words.of("It's GREAT.<br /><br />See it -- (twice)! 9/10 ... film_noir"))
        .containsExactly("its", "greatbr", "br", "see", "it", "twice", "film_noir");
  }

  @Test
  void lettersAndNumbersAreUnicodesAndDecimalDigitsAreDropped() {
    // ½ and Ⅷ are numbers but no decimal digits; the Arabic digit is one.
    assertThat(Words.of("Café ½ \u2167 x\u0663y Stra\u00dfe \u65e5\u672c"))
        .containsExactly("café", "½", "\u2177", "xy", "stra\u00dfe", "\u65e5\u672c");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\u00a0b", "a\u0085b", "a\u2028b", "a\u001fb", "a\tb", "a\u3000 b"})
  void allWhiteSpaceOfPythonSeparates(String text) {
    assertThat(Words.of(text)).containsExactly("a", "b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\u200bb", "a\u0301b", "a\u0000b"})
  void invisibleAndCombiningCharactersAreDroppedWithoutSeparating(String text) {
    assertThat(Words.of(text)).isEqualTo(List.of("ab"));
  }

  @Test
  void nothingIsLeftOfATextWithoutLetters() {
    assertThat(Words.of("10/10 !!! ...")).isEmpty();
  }
}
