package org.grokfast.tests.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.grokfast.models.algorithmic.AlgorithmicSpec;
import org.grokfast.models.mnist.MnistSpec;
import org.grokfast.models.task.TaskSpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Arms that are said to be the winners of recorded searches have their settings. */
class WinnersAsArmsTest {

  private static Map<?, ?> arms(String file) {
    Load yaml = new Load(LoadSettings.builder().build());
    return (Map<?, ?>) ((Map<?, ?>) yaml.loadFromString(file)).get("arms");
  }

  private static void assertHasSettings(Map<?, ?> arm, String search) {
    Map<String, String> winner = RecordedSearch.read(search).best();
    assertThat(winner).hasSizeGreaterThan(4);
    winner.forEach(
        (key, value) -> {
          if (arm.get(key) instanceof Number number) {
            assertThat(number.doubleValue()).as(key).isEqualTo(Double.parseDouble(value));
          } else if (!value.equals("none")) {
            assertThat(arm.get(key)).as(key).isEqualTo(value);
          }
        });
  }

  @ParameterizedTest
  @CsvSource({
    "adamw-clipped, equal-budgets/tune-adamw.json",
    "spectral, equal-budgets/tune-spectral.json",
    "adamw-scheduled, below-100/tune-adamw.json",
    "spectral-scheduled, below-100/tune-both.json",
    "adamw-clipped, equal-budgets/mnist/tune-adamw.json",
    "spectral, equal-budgets/mnist/tune-spectral.json"
  })
  void thoseThatComeWithATask(String arm, String search) {
    TaskSpec spec = search.contains("mnist") ? new MnistSpec() : new AlgorithmicSpec();
    assertHasSettings((Map<?, ?>) arms(spec.arms().orElseThrow()).get(arm), search);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "equal-budgets/",
        "equal-budgets/mnist/",
        "equal-budgets/imdb/",
        "equal-budgets/qm9/",
        "below-100/"
      })
  void thoseThatAreKeptBesideTheSearches(String folder) throws IOException {
    Map<?, ?> arms = arms(Files.readString(RecordedRuns.folder().resolve(folder + "winners.yaml")));
    assertThat(arms).hasSizeGreaterThan(1);
    arms.forEach(
        (name, arm) -> assertHasSettings((Map<?, ?>) arm, folder + "tune-" + name + ".json"));
  }
}
