package org.grokfast.tests.forecast;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Trains the runs of the study into a folder, for most of an hour of one core, and goes on where it
 * was stopped; then writes the table of them. No part of the build; run it with
 *
 * <pre>
 *   mvn -B -pl tests -am test -Dtest=ForecastRuns -Dsurefire.failIfNoSpecifiedTests=false \
 *     -Dgrokfast.forecast.runs=/path/of/runs
 * </pre>
 */
@Tag("native")
class ForecastRuns {
  static final String FOLDER = "grokfast.forecast.runs";

  /** With it only so many runs are trained, the first ones. */
  static final String COUNT = "grokfast.forecast.count";

  @Test
  void trainsWhatIsMissingAndWritesTheTable() throws IOException {
    String name = System.getProperty(FOLDER);
    assumeThat(name).as("the property " + FOLDER).isNotNull();
    Path folder = Path.of(name);
    List<StudySetting> settings = StudySetting.all();
    int count = Integer.getInteger(COUNT, settings.size());
    StudyRuns.train(folder, settings.subList(0, count));
    List<StudyRow> rows = new ArrayList<>();
    for (StudySetting setting : settings.subList(0, count)) {
      rows.add(StudyTable.of(folder, setting));
    }
    Files.writeString(StudyTable.FILE, StudyTable.text(rows));
  }
}
