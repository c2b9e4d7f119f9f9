package org.grokfast.tests.pictures;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.grokfast.tests.GeneratedFile;
import org.grokfast.tests.pictures.AccuracyPicture.Theme;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The pictures of the filters are drawn from their formulas and from what they compute. */
class FilterPicturesTest {
  private static Path file(String name, Theme theme) {
    return Path.of(System.getProperty("grokfast.root"), "docs/pictures")
        .resolve(name + "-" + theme.name().toLowerCase(Locale.ROOT) + ".svg");
  }

  @ParameterizedTest
  @EnumSource
  void theResponseIsThatOfTheFormula(Theme theme) throws IOException {
    GeneratedFile.check(
        file("response", theme), FilterPictures.response(theme), FilterPicturesTest.class);
  }

  @ParameterizedTest
  @EnumSource
  void theSignalsAreThoseOfThePlainArrayFilters(Theme theme) throws IOException {
    GeneratedFile.check(
        file("signals", theme), FilterPictures.signals(theme), FilterPicturesTest.class);
  }
}
