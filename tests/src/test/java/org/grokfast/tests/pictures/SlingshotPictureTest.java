package org.grokfast.tests.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.grokfast.models.analysis.curve.Slingshots;
import org.grokfast.models.picture.Theme;
import org.grokfast.tests.GeneratedFile;
import org.grokfast.tests.pictures.SlingshotPicture.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What docs/results/slingshots.md says of the runs that are recorded beside it. */
class SlingshotPictureTest {
  private static final Path RESULTS = Path.of(System.getProperty("grokfast.root"), "docs/results");

  private static List<List<Row>> runs(String arm) throws IOException {
    Map<Integer, List<Row>> seeds = new TreeMap<>();
    for (String line : Files.readAllLines(RESULTS.resolve("data/slingshots.csv"))) {
      String[] cells = line.split(",", -1);
      if (cells[0].equals(arm)) {
        seeds
            .computeIfAbsent(Integer.valueOf(cells[1]), seed -> new ArrayList<>())
            .add(
                new Row(
                    Integer.parseInt(cells[2]),
                    Double.parseDouble(cells[3]),
                    Double.parseDouble(cells[4]),
                    Double.parseDouble(cells[5]),
                    Double.parseDouble(cells[6])));
      }
    }
    assertThat(seeds.keySet()).as(arm).containsExactly(0, 1, 2, 3, 4);
    return new ArrayList<>(seeds.values());
  }

  private static List<Slingshots.Event> events(List<Row> run) {
    return Slingshots.DEFAULTS.find(
        run.stream()
            .map(
                row ->
                    new Slingshots.Row(
                        row.step(), row.norm(), row.loss(), row.accuracy(), row.saturation()))
            .toList());
  }

  @ParameterizedTest
  @EnumSource
  void thePictureShowsTheRecordedRuns(Theme theme) throws IOException {
    Map<String, List<List<Row>>> arms = new LinkedHashMap<>();
    arms.put("loss in float32", runs("float32"));
    arms.put("loss in float64", runs("float64"));
    arms.put("gradient descent", runs("sgd"));
    GeneratedFile.check(
        RESULTS.resolve("slingshots-" + theme.fileName() + ".svg"),
        SlingshotPicture.draw(arms, theme),
        SlingshotPictureTest.class);
  }

  @Test
  void withTheLossInFloat32EverySeedHasTwoAndEachComesOutOfSaturation() throws IOException {
    for (List<Row> run : runs("float32")) {
      assertThat(events(run))
          .filteredOn(event -> event.saturation() > 0.5)
          .hasSize(2)
          .allMatch(event -> event.saturation() > 0.75);
    }
  }

  /** One leap of the loss far above what float32 absorbs: an instability of another kind. */
  @Test
  void withFloat64ThereIsNoSaturationAndOneCycleInFiveSeeds() throws IOException {
    List<Slingshots.Event> found = new ArrayList<>();
    for (List<Row> run : runs("float64")) {
      assertThat(run).allMatch(row -> row.saturation() == 0);
      found.addAll(events(run));
    }
    assertThat(found)
        .singleElement()
        .matches(event -> event.leap() == 1_050 && event.saturation() == 0);
  }

  @Test
  void gradientDescentHasNeither() throws IOException {
    for (List<Row> run : runs("sgd")) {
      assertThat(run).allMatch(row -> row.saturation() == 0);
      assertThat(events(run)).isEmpty();
    }
  }
}
