package org.grokfast.models.comparison;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.grokfast.models.page.Html;

/**
 * A comparison as one page that needs nothing else: curves by uPlot (MIT licence), which is inside
 * it, and tables.
 */
public final class HtmlReport {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z-]+)}}");
  private static final String UPLOT = "org.webjars.npm/uplot";

  private final Comparison comparison;
  private final CurveData curves;

  private HtmlReport(Comparison comparison) {
    this.comparison = comparison;
    this.curves = new CurveData(comparison);
  }

  /** The page. */
  public static String of(Comparison comparison) {
    HtmlReport report = new HtmlReport(comparison);
    Map<String, String> content = report.content();
    return PLACE
        .matcher(resource("report.html"))
        .replaceAll(match -> Matcher.quoteReplacement(content.get(match.group(1))));
  }

  private Map<String, String> content() {
    String uplot = uplotVersion();
    String folder = "/META-INF/resources/webjars/uplot/" + uplot + "/";
    HtmlTables tables = new HtmlTables(comparison);
    List<CurveData.Quantity> quantities = curves.quantities();
    Map<String, String> content = new LinkedHashMap<>();
    content.put("title", Html.text("Grokfast: arms on the task " + comparison.task()));
    content.put("summary", summary());
    content.put("failures", tables.failures());
    content.put("quantities", quantities(quantities));
    content.put("first-quantity", quantities.get(0).label());
    content.put("arms", arms());
    content.put("downloads", FigureSection.downloads(comparison));
    content.put("forest", FigureSection.forest(comparison));
    content.put("table", tables.figures());
    content.put("heat-maps", HeatMap.section(comparison));
    content.put("probes", ProbeTables.section(comparison));
    content.put("analysis", AnalysisTable.section(comparison));
    content.put("settings", tables.settings());
    content.put("origin", tables.origin());
    content.put("data", data());
    content.put("css", resource("report.css"));
    content.put("js", resource("report.js"));
    content.put("uplot-version", uplot);
    content.put("uplot-licence", resource(folder + "LICENSE"));
    content.put("uplot-css", resource(folder + "dist/uPlot.min.css"));
    content.put("uplot-js", resource(folder + "dist/uPlot.iife.min.js"));
    return content;
  }

  private String summary() {
    return Html.text(
        comparison.results().size()
            + " arms, seeds "
            + comparison.seeds().stream().map(String::valueOf).collect(Collectors.joining(", "))
            + "; "
            + comparison.origin().time());
  }

  private static String quantities(List<CurveData.Quantity> quantities) {
    List<String> inputs = new ArrayList<>();
    for (CurveData.Quantity quantity : quantities) {
      String checked = inputs.isEmpty() ? " checked" : "";
      inputs.add(
          Html.element(
              "label",
              "",
              "<input type=\"radio\" name=\"quantity\" value=\""
                  + Html.text(quantity.key())
                  + "\""
                  + checked
                  + ">"
                  + Html.text(quantity.label())));
    }
    return String.join("\n", inputs);
  }

  private String arms() {
    List<String> inputs = new ArrayList<>();
    for (ArmResult result : comparison.results()) {
      inputs.add(
          Html.element(
              "label",
              "",
              "<input type=\"checkbox\" name=\"arm\" value=\""
                  + inputs.size()
                  + "\"><span class=\"swatch\"></span>"
                  + Html.text(result.arm().name())));
    }
    return String.join("\n", inputs);
  }

  /** Within a script element nothing may look like the end of one. */
  private String data() {
    try {
      return JSON.writeValueAsString(curves.toMap()).replace("<", "\\u003c");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("curves of plain values could not be written", e);
    }
  }

  private static String uplotVersion() {
    Properties properties = new Properties();
    try (InputStream in = open("/META-INF/maven/" + UPLOT + "/pom.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("the version of uPlot can't be read", e);
    }
    return properties.getProperty("version");
  }

  private static String resource(String name) {
    try (InputStream in = open(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(name + " can't be read", e);
    }
  }

  private static InputStream open(String name) {
    InputStream in = HtmlReport.class.getResourceAsStream(name);
    if (in == null) {
      throw new IllegalStateException(name + " is missing from the class path");
    }
    return in;
  }
}
