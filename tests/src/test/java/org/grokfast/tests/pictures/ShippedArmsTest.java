package org.grokfast.tests.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.grokfast.models.algorithmic.AlgorithmicSpec;
import org.grokfast.models.mnist.MnistSpec;
import org.grokfast.models.task.TaskSpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Arms that come with a task and are said to be the winners of recorded searches. */
class ShippedArmsTest {

  private static Map<?, ?> arm(TaskSpec spec, String arm) {
    Load yaml = new Load(LoadSettings.builder().build());
    Map<?, ?> file = (Map<?, ?>) yaml.loadFromString(spec.arms().orElseThrow());
    return (Map<?, ?>) ((Map<?, ?>) file.get("arms")).get(arm);
  }

  @ParameterizedTest
  @CsvSource({
    "adamw-clipped, equal-budgets/tune-adamw.json",
    "spectral, equal-budgets/tune-spectral.json",
    "adamw-clipped, equal-budgets/mnist/tune-adamw.json",
    "spectral, equal-budgets/mnist/tune-spectral.json"
  })
  void theyHaveTheWinnersSettings(String arm, String search) {
    TaskSpec spec = search.contains("mnist") ? new MnistSpec() : new AlgorithmicSpec();
    Map<?, ?> shipped = arm(spec, arm);
    Map<String, String> winner = RecordedSearch.read(search).best();
    assertThat(winner).hasSizeGreaterThan(4);
    winner.forEach(
        (key, value) -> {
          if (shipped.get(key) instanceof Number number) {
            assertThat(number.doubleValue()).as(key).isEqualTo(Double.parseDouble(value));
          } else if (!value.equals("none")) {
            assertThat(shipped.get(key)).as(key).isEqualTo(value);
          }
        });
  }
}
