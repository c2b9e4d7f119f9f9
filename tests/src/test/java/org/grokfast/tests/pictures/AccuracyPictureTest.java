package org.grokfast.tests.pictures;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.grokfast.tests.GeneratedFile;
import org.grokfast.tests.pictures.AccuracyPicture.Run;
import org.grokfast.tests.pictures.AccuracyPicture.Theme;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The picture of the curves is drawn from the runs that are recorded beside it. */
class AccuracyPictureTest {
  private static final Path RESULTS = Path.of(System.getProperty("grokfast.root"), "docs/results");

  /**
   * The arms of the data, in the order in which they are drawn, and what the picture calls them.
   */
  private static final Map<String, String> NAMES = new LinkedHashMap<>();

  static {
    NAMES.put("adam", "Adam");
    NAMES.put("adamw", "AdamW, tuned");
    NAMES.put("ema", "EMA of the paper");
    NAMES.put("best", "orthogonal filter");
  }

  @ParameterizedTest
  @EnumSource
  void thePictureShowsTheRecordedRuns(Theme theme) throws IOException {
    GeneratedFile.check(
        RESULTS.resolve("algorithmic-" + theme.name().toLowerCase(Locale.ROOT) + ".svg"),
        AccuracyPicture.draw(recordedRuns(), theme),
        AccuracyPictureTest.class);
  }

  private static Map<String, List<Run>> recordedRuns() {
    Map<String, List<Run>> arms = new LinkedHashMap<>();
    NAMES.forEach((arm, name) -> arms.put(name, runs(arm)));
    return arms;
  }

  private static List<Run> runs(String arm) {
    Map<Integer, Run> seeds = new TreeMap<>();
    for (String line : lines()) {
      String[] fields = line.split(",", -1);
      if (fields[0].equals(arm)) {
        seeds
            .computeIfAbsent(Integer.valueOf(fields[1]), seed -> new Run(new TreeMap<>()))
            .accuracies()
            .put(Integer.valueOf(fields[2]), Double.valueOf(fields[3]));
      }
    }
    return new ArrayList<>(seeds.values());
  }

  private static List<String> lines() {
    try {
      return Files.readAllLines(RESULTS.resolve("data/algorithmic-accuracy.csv"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
