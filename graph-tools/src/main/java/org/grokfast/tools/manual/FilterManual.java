package org.grokfast.tools.manual;

import java.util.Locale;
import java.util.stream.Collectors;
import org.grokfast.filter.FilterType;
import org.grokfast.filter.Filters;
import org.grokfast.filter.Parameter;
import org.grokfast.models.tuning.Dimension;

/** The page of all filters and their parameters in Markdown: {@code docs/filters.md}. */
public final class FilterManual {
  private static final String CHAINS =
      """

      Before `--start-step`, and from `--stop-step` on, g' = g; states are kept up to date.

      ## Chains

      `--filter 'ema(alpha=0.9, lamb=1.5), perp'`, in Java
      `Chain.of(Ema.of(0.9, 1.5), Perpendicular.defaults())`: a gradient passes the filters from left
      to right. Parameters stand in brackets, those that are left out have the defaults above; the
      options of single parameters, such as `--alpha`, are for a single filter. The options that all
      filters share hold for the whole chain, and a chain can't have what one of its filters can't
      have, nor `sparse=lazy`.

      What belongs to the i-th filter is named after it: its state of variable `w` is under
      `grokfast/w/1.ema/`, its parameters in a running session are `grokfast/1.ema/alpha`, …;
      `--override 'w:1.ema.lamb=0'` overrides one, and `grokfast tune` varies `1.ema.alpha`, ….
      """;

  private FilterManual() {}

  /** The page. */
  public static String page() {
    StringBuilder page = new StringBuilder();
    page.append("# The filters\n\n")
        .append("Generated from the types of the filters. g is the gradient, g' what the optimizer")
        .append(" sees instead, m a state.\n\n")
        .append("| `--filter` | what it is | formula | variables |\n")
        .append("| --- | --- | --- | --- |\n");
    for (FilterType<?> type : Filters.ALL) {
      page.append(
          row(
              "`" + type.kind() + "`",
              type.about(),
              type.formula(),
              type.shapes().map(FilterType.Shapes::text).orElse("all")));
    }
    page.append(
            "\n| parameter | of | default | values | tuned over | for one variable | in a running session")
        .append(" |\n| --- | --- | --- | --- | --- | --- | --- |\n");
    for (FilterType<?> type : Filters.ALL) {
      for (Parameter<?> parameter : type.parameters()) {
        page.append(
            row(
                "`" + parameter.option() + "`",
                "`" + type.kind() + "`",
                parameter.isFlag() ? "no" : parameter.text(parameter.defaultValue()),
                parameter.isFlag() ? "a flag" : parameter.range().text(),
                parameter.search().map(FilterManual::range).orElse("not"),
                parameter.isNumber() ? "yes" : "no",
                parameter.isReal() ? "yes" : "no"));
      }
    }
    String refusals =
        Filters.ALL.stream()
            .flatMap(type -> type.refusals().stream())
            .map(refusal -> "- " + refusal.reason() + "\n")
            .collect(Collectors.joining());
    return page.append("\nOptions that a filter can't have:\n\n")
        .append(refusals)
        .append(CHAINS)
        .toString();
  }

  /** A share that is kept is searched on the scale of the steps after which a tenth is left. */
  private static String range(Parameter.Search search) {
    boolean decay = search.scale() == Parameter.Scale.DECAY;
    double low = decay ? Dimension.alphaOf(search.low()) : search.low();
    double high = decay ? Dimension.alphaOf(search.high()) : search.high();
    return String.format(Locale.ROOT, "%.3g to %.3g", low, high);
  }

  private static String row(String... cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }
}
