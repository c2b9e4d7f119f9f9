package org.grokfast.tests.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.OptionalDouble;
import org.grokfast.models.picture.CurvesPicture;
import org.grokfast.models.picture.ForestPicture;
import org.grokfast.models.picture.Theme;
import org.grokfast.tests.GeneratedFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The pictures of the pages of results are drawn from the runs that are recorded there. */
class ResultsPicturesTest {
  private static final String TUNED = "tuned AdamW";

  @ParameterizedTest
  @EnumSource
  void mnist(Theme theme) throws IOException {
    check("mnist", forest("mnist.csv", "sustained_crossing", "MNIST: steps to 85 %", theme), theme);
  }

  @ParameterizedTest
  @EnumSource
  void imdb(Theme theme) throws IOException {
    check("imdb", forest("imdb.csv", "lowest_loss", "IMDb: lowest validation loss", theme), theme);
  }

  @ParameterizedTest
  @EnumSource
  void qm9(Theme theme) throws IOException {
    check("qm9", forest("qm9.csv", "lowest_loss", "QM9: lowest validation loss", theme), theme);
  }

  private static String forest(String file, String column, String title, Theme theme) {
    RecordedRuns runs = RecordedRuns.read(file);
    List<ForestPicture.Row> rows =
        runs.arms().stream()
            .filter(arm -> !arm.equals(TUNED))
            .map(arm -> new ForestPicture.Row(arm, runs.ratio(TUNED, arm, column)))
            .toList();
    return ForestPicture.draw(
        title + ", " + TUNED + " over each",
        "above 1: less than " + TUNED + " needs or reaches",
        rows,
        theme);
  }

  @ParameterizedTest
  @EnumSource
  void arms(Theme theme) throws IOException {
    RecordedRuns runs = RecordedRuns.read("arms.csv");
    List<CurvesPicture.Arm> arms =
        runs.arms().stream()
            .map(arm -> new CurvesPicture.Arm(arm, runs.curves(arm, "validation_accuracy")))
            .toList();
    String picture =
        CurvesPicture.draw(
            arms,
            new CurvesPicture.Scale("validation accuracy", true, OptionalDouble.of(0.95)),
            theme);
    check("arms", picture, theme);
  }

  @ParameterizedTest
  @EnumSource
  void analysis(AccuracyPicture.Theme theme) throws IOException {
    RecordedRuns runs = RecordedRuns.read("analysis.csv");
    assertThat(runs.curves("weightNorm")).hasSize(5);
    check("analysis", AnalysisPicture.draw(runs, theme), Theme.valueOf(theme.name()));
  }

  private static void check(String name, String picture, Theme theme) throws IOException {
    GeneratedFile.check(
        RecordedRuns.folder().resolveSibling(name + "-" + theme.fileName() + ".svg"),
        picture,
        ResultsPicturesTest.class);
  }
}
