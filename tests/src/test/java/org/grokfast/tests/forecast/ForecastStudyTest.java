package org.grokfast.tests.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.grokfast.models.forecast.Forecast;
import org.grokfast.models.forecast.ForecastModel;
import org.grokfast.models.forecast.Forecaster;
import org.grokfast.models.picture.Theme;
import org.grokfast.tests.GeneratedFile;
import org.grokfast.tests.forecast.Scores.Outcome;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What the study says, made again from its committed table: the shipped model, the figures and the
 * picture.
 */
@Tag("large")
class ForecastStudyTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path ROOT = Path.of(System.getProperty("grokfast.root"));
  private static final Path RESULTS = ROOT.resolve("docs/results");
  private static final Path MODEL =
      ROOT.resolve("models/src/main/resources/org/grokfast/models/forecast/forecast.json");
  private static final String BEGIN = "<!-- tables: made by ForecastStudyTest -->\n";
  private static final String END = "<!-- end of the tables -->\n";

  @Test
  void theShippedModelIsTheOneThatTheTableGives() throws IOException {
    String json = ShippedModel.of(StudyTable.read()).toJson();
    if (!alike(JSON.readTree(json), JSON.readTree(Files.readString(MODEL)))) {
      GeneratedFile.check(MODEL, json, ForecastStudyTest.class);
    }
  }

  /** Whether two trees are equal but for the last of six digits, in which machines may differ. */
  private static boolean alike(JsonNode one, JsonNode other) {
    if (one.isNumber() && other.isNumber()) {
      double most = Math.max(Math.abs(one.asDouble()), Math.abs(other.asDouble()));
      return Math.abs(one.asDouble() - other.asDouble()) <= 2e-5 * most;
    }
    if (one.isValueNode() || one.size() != other.size()) {
      return one.equals(other);
    }
    if (one.isArray()) {
      return IntStream.range(0, one.size()).allMatch(i -> alike(one.get(i), other.path(i)));
    }
    return one.properties().stream()
        .allMatch(field -> alike(field.getValue(), other.path(field.getKey())));
  }

  @Test
  void theFiguresOfThePageAreThoseOfTheTable() throws IOException {
    String tables = "\n" + StudyReport.of(StudyTable.read()) + "\n";
    GeneratedFile.checkPart(
        RESULTS.resolve("forecast.md"), BEGIN, END, tables, ForecastStudyTest.class);
  }

  @Test
  void thePictureIsThatOfTheTable() throws IOException {
    List<StudyRow> open = StudyTable.read().stream().filter(StudyRow::open).toList();
    Map<Theme, String> pictures = ForecastPicture.draw(open);
    for (Theme theme : Theme.values()) {
      GeneratedFile.check(
          RESULTS.resolve("forecast-" + theme.fileName() + ".svg"),
          pictures.get(theme),
          ForecastStudyTest.class);
    }
  }

  @Test
  void theTableIsAsItIsWritten() throws IOException {
    assertThat(StudyTable.text(StudyTable.read())).isEqualTo(Files.readString(StudyTable.FILE));
  }

  @Test
  void theStudyIsLargeAndMixedEnough() throws IOException {
    List<StudyRow> rows = StudyTable.read();
    assertThat(rows.size()).isGreaterThanOrEqualTo(200);
    assertThat(rows.stream().filter(row -> !row.generalised()).count())
        .isGreaterThanOrEqualTo(rows.size() / 4);
    assertThat(rows.stream().map(StudyRow::setting).distinct()).hasSameSizeAs(rows);
  }

  /** The program that forecasts computes from the resource what LIBLINEAR's fit gives. */
  @Test
  void theShippedForecasterGivesTheProbabilityOfTheFit() throws IOException {
    ForecastModel model = ForecastModel.shipped();
    Forecaster forecaster = new Forecaster(model);
    for (StudyRow row : StudyTable.read().stream().filter(StudyRow::open).toList()) {
      Forecast forecast = forecaster.of(row.features());
      double[] values = Logistic.standardized(model.features(), row.features());
      assertThat(forecast.probability())
          .isEqualTo(Logistic.probability(model.members().get(0), values));
      assertThat(forecast.low()).isLessThanOrEqualTo(forecast.probability());
      assertThat(forecast.high()).isGreaterThanOrEqualTo(forecast.probability());
    }
  }

  @Test
  void noRunIsForecastByAModelThatHasSeenItsOperationOrItsModulus() throws IOException {
    List<StudyRow> open = StudyTable.read().stream().filter(StudyRow::open).toList();
    FeatureSet set = FeatureSet.SHIPPED;
    List<Outcome> before = HeldOut.BOTH.outcomes(open, set);
    String operation = open.get(0).setting().operation();
    int prime = open.get(0).setting().prime();
    // Other outcomes of all runs that are like the first one leave its forecast as it was.
    List<StudyRow> turned =
        open.stream()
            .map(
                row ->
                    row.setting().operation().equals(operation) || row.setting().prime() == prime
                        ? turned(row)
                        : row)
            .toList();
    assertThat(HeldOut.BOTH.outcomes(turned, set).get(0).probability())
        .isEqualTo(before.get(0).probability());
    assertThat(Stream.of(HeldOut.OPERATION, HeldOut.MODULUS))
        .allSatisfy(
            kind ->
                assertThat(kind.outcomes(turned, set).get(0).probability())
                    .isNotEqualTo(kind.outcomes(open, set).get(0).probability()));
  }

  private static StudyRow turned(StudyRow row) {
    return new StudyRow(
        row.setting(),
        row.features(),
        row.half(),
        row.generalised() ? OptionalInt.empty() : OptionalInt.of(500));
  }
}
