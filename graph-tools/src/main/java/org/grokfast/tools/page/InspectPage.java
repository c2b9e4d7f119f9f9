package org.grokfast.tools.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.grokfast.rewrite.CallPath;
import org.grokfast.rewrite.GraphOutline;
import org.grokfast.rewrite.Inspection;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.rewrite.coverage.Coverage;
import org.grokfast.rewrite.coverage.Fate;
import org.grokfast.rewrite.coverage.VariableFate;
import org.grokfast.tools.picture.Neighbourhood;
import org.grokfast.tools.picture.SvgPicture;

/**
 * An inspection as a page: sites with pictures, near-misses, hazards, what becomes of variables.
 */
public final class InspectPage {
  private static final int MOST_PICTURES = 40;

  private final Inspection inspection;
  private final Optional<GraphOutline> outline;
  private final Markup page = new Markup();

  private InspectPage(Inspection inspection, Optional<GraphOutline> outline) {
    this.inspection = inspection;
    this.outline = outline;
  }

  /**
   * The page.
   *
   * @param source the name of the file
   * @param outline the graph for the pictures; empty where the format has none
   * @param command the words of the command that rewrites the graph; none where nothing can be
   */
  public static String of(
      String source, Inspection inspection, Optional<GraphOutline> outline, List<String> command) {
    InspectPage page = new InspectPage(inspection, outline);
    page.page.element("h1", source);
    page.summary();
    page.contents();
    page.coverage();
    page.sites();
    page.misses();
    page.hazards();
    page.tensors();
    page.command(command);
    return PageFrame.around(source + " · grokfast inspect", page.page);
  }

  private void summary() {
    page.open("dl", "");
    inspection.summary().facts().forEach(fact -> page.fact(fact.label(), fact.text()));
    page.close("dl");
  }

  private void contents() {
    page.open("nav", "aria-label=\"On this page\"");
    link("coverage", "What becomes of each variable");
    link("sites", "Update sites");
    link("misses", "Near-misses");
    link("hazards", "Hazards");
    link("tensors", inspection.words().tensors());
    link("rewrite", "Rewrite it");
    page.close("nav");
  }

  private void link(String anchor, String text) {
    page.open("span", "").element("a", "href=\"#" + anchor + "\"", text).close("span");
  }

  private void coverage() {
    Coverage coverage = inspection.coverage();
    page.heading("coverage", "What becomes of each variable", coverage.fates().size());
    List<List<String>> counts = new ArrayList<>();
    for (Fate fate : Fate.values()) {
      if (coverage.count(fate) > 0) {
        counts.add(List.of(fate.label(), String.valueOf(coverage.count(fate))));
      }
    }
    page.table(List.of("fate", "variables"), counts);
    if (coverage.count(Fate.UNFILTERED) > 0) {
      page.element(
          "p",
          "class=\"alarm\"",
          "Variables are trained and would not be filtered: a rewrite is refused unless they are"
              + " named by --gradient, excluded, or --allow-unfiltered is given.");
    }
    List<List<String>> rows = new ArrayList<>();
    for (VariableFate each : coverage.fates()) {
      String writer = each.place().map(place -> each.writer() + ", " + place).orElse(each.writer());
      rows.add(List.of(each.variable(), each.fate().label(), writer, each.reason().toString()));
    }
    page.table(List.of("variable", "fate", "written by", "reason"), rows);
  }

  private void sites() {
    page.heading("sites", "Update sites", inspection.sites().size());
    if (inspection.sites().isEmpty()) {
      page.element("p", inspection.words().nothing());
    } else if (outline.isEmpty()) {
      page.element("p", "Pictures are drawn of TensorFlow graphs alone.");
    }
    int drawn = 0;
    for (Inspection.Site site : inspection.sites()) {
      UpdateSite update = site.update();
      page.open("article", "").element("h3", update.variable().name()).open("dl", "");
      page.fact("type", update.variable().precision().label() + " " + update.variable().shape());
      page.fact("gradient", update.gradient());
      update
          .edges()
          .forEach(edge -> page.fact("taken by", edge.node() + ", input " + edge.input()));
      update.place().ifPresent(place -> page.fact("place", place.toString()));
      page.fact("evidence", update.evidence().rule() + ": " + update.evidence().text());
      site.placement().ifPresent(placement -> page.fact("placement", placement.text()));
      page.close("dl");
      if (outline.isPresent() && drawn < MOST_PICTURES) {
        String function = update.place().map(CallPath::function).orElse("");
        Neighbourhood picture = Neighbourhood.around(outline.get(), function, update.anchor());
        page.picture(SvgPicture.inline(picture, "s" + drawn++));
      }
      page.close("article");
    }
    if (drawn == MOST_PICTURES && inspection.sites().size() > drawn) {
      page.element("p", "The first " + drawn + " sites have pictures.");
    }
  }

  private void misses() {
    page.heading("misses", "Near-misses", inspection.misses().size());
    page.table(
        List.of("node", "rule", "reason"),
        inspection.misses().stream()
            .map(miss -> List.of(miss.node(), miss.rule(), miss.reason().toString()))
            .toList());
  }

  private void hazards() {
    List<Inspection.HazardEntry> hazards = inspection.hazards().orElse(List.of());
    page.heading("hazards", "Hazards", hazards.size());
    if (inspection.hazards().isEmpty()) {
      page.element("p", "None are looked for in this format.");
    }
    page.table(
        List.of("kind", "what happens", "nodes"),
        hazards.stream()
            .map(hazard -> List.of(hazard.kind(), hazard.text(), String.join(", ", hazard.nodes())))
            .toList());
  }

  private void tensors() {
    page.heading("tensors", inspection.words().tensors(), inspection.tensors().size());
    List<List<String>> rows = new ArrayList<>();
    for (Inspection.TensorEntry tensor : inspection.tensors()) {
      String shape =
          tensor
              .shape()
              .map(dims -> dims.stream().map(d -> d < 0 ? "?" : d.toString()).toList().toString())
              .orElse("unknown");
      rows.add(List.of(tensor.name(), tensor.dtype(), shape, tensor.role()));
    }
    page.table(List.of("name", "type", "shape", "role"), rows);
  }

  private void command(List<String> command) {
    page.element("h2", "id=\"rewrite\"", "Rewrite it");
    if (command.isEmpty()) {
      page.element("p", inspection.words().nothing());
    } else {
      page.element("pre", "tabindex=\"0\"", String.join(" ", command));
    }
  }
}
