package org.grokfast.tools.forecast;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.grokfast.models.forecast.Forecast;
import org.grokfast.models.forecast.Forecaster;
import org.grokfast.tools.console.ExitCode;
import org.grokfast.tools.console.Json;
import org.grokfast.tools.console.TextPage;
import org.grokfast.tools.console.VersionProvider;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The verb {@code forecast}. */
@Command(
    name = "forecast",
    description =
        "Says from a run's first 400 steps how likely its validation accuracy is to reach 0.95"
            + " within 2,000, how sure that is, and when. It knows one kind of run, a narrow"
            + " decoder on modular arithmetic with AdamW and without a filter; of every other it"
            + " says what is outside, and forecasts nothing (exit code 3). The run is not changed,"
            + " and may go on meanwhile.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    footer = {
      "",
      "Examples:",
      "  grokfast train algorithmic --op add --prime 23 --train-fraction 0.6 \\",
      "      --width 32 --blocks 1 --filter none --optimizer adamw --lr 0.004 \\",
      "      --weight-decay 0.7 --validate-every 1 --steps 400 --out runs/a",
      "  grokfast forecast runs/a",
      "  grokfast train algorithmic --resume runs/a --steps 2000"
    })
public final class ForecastVerb implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--json",
      description = "Print JSON, with its version in the field 'version'; default: text.")
  private boolean json;

  @Parameters(paramLabel = "RUN", description = "The output folder of a run of 'train'.")
  private Path run;

  @Override
  public Integer call() {
    Forecast forecast = Forecaster.shipped().of(run);
    if (json) {
      Map<String, Object> map = new LinkedHashMap<>(forecast.toMap());
      map.put("run", run.toString());
      Json.print(spec.commandLine().getOut(), map);
    } else {
      TextPage page = TextPage.onOutput(spec.commandLine());
      ForecastText.print(forecast, page);
      page.flush();
    }
    return ExitCode.DONE;
  }
}
