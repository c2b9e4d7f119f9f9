package org.grokfast.tools.forecast;

import java.util.Locale;
import org.grokfast.models.forecast.Forecast;
import org.grokfast.tools.console.TextPage;

/** A forecast for a terminal. */
final class ForecastText {
  private ForecastText() {}

  static void print(Forecast forecast, TextPage page) {
    page.heading(
        text(
            "%.0f %% likely to reach %.0f %% validation accuracy by step %,d",
            100 * forecast.probability(), 100 * forecast.threshold(), forecast.budget()));
    page.field(
        2,
        "how sure",
        text(
            "90 %% of models fitted to samples of the runs say %.0f to %.0f %%",
            100 * forecast.low(), 100 * forecast.high()));
    page.field(
        2,
        "tried on",
        forecast
            .heldOut()
            .map(
                group ->
                    text(
                        "%d of %d unseen runs that it gave %.0f to %.0f %% did",
                        group.generalised(), group.runs(), 100 * group.from(), 100 * group.to()))
            .orElse("no unseen run got such a forecast"));
    page.field(
        2,
        "when",
        forecast
            .time()
            .map(
                time ->
                    text(
                        "about step %,d; between %,d and %,d in eight of ten runs",
                        time.step(), time.low(), time.high()))
            .orElse("not said of a run that rather won't"));
    page.field(2, "made from", text("the first %,d steps", forecast.steps()));
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
