package org.grokfast.tools.recipe;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.io.AtomicOutput;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.ModelFile;
import org.grokfast.io.Overwrite;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.GraphDiff;
import org.grokfast.rewrite.GraphDiff.Changes;
import org.grokfast.rewrite.GraphOutline;
import org.grokfast.rewrite.Inspection;
import org.grokfast.rewrite.RewritePlan;
import org.grokfast.rewrite.RewriteReport;
import org.grokfast.rewrite.TrainedVariable;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.rewrite.coverage.Coverage;

/**
 * A recipe. Rewritten, every gradient has the word "filtered" in front.
 *
 * @param source its name
 * @param lines what it says
 */
record Recipe(String source, List<String> lines) implements ModelFile {
  private static final String ARROW = " <- ";
  private static final String FILTERED = "filtered ";

  @Override
  public String form() {
    return RecipeFormat.FORM;
  }

  @Override
  public String described() {
    return "a recipe";
  }

  @Override
  public String kind() {
    return described();
  }

  @Override
  public boolean isFolder() {
    return false;
  }

  @Override
  public Size size() {
    return new Size(lines.size() - 1, 0);
  }

  @Override
  public boolean isRewritten() {
    return lines.stream().anyMatch(line -> line.contains(ARROW + FILTERED));
  }

  private Recipe with(String arrow, String other) {
    return new Recipe(source, lines.stream().map(line -> line.replace(arrow, other)).toList());
  }

  private List<Finding> sites() {
    List<Finding> sites = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] parts = line.replace(FILTERED, "").split(ARROW, -1);
      sites.add(
          new UpdateSite(
              new TrainedVariable(parts[0], Precision.FLOAT32, List.of(2L)),
              parts[1],
              List.of(new GradientEdge(parts[0], 0)),
              new UpdateSite.Evidence("recipe", "the line says so", "all")));
    }
    return sites;
  }

  @Override
  public Rewritten rewrite(GradientFilter filter, RewriteSettings settings) {
    RewritePlan plan = RewritePlan.of(sites(), filter);
    return new Rewritten(
        with(ARROW, ARROW + FILTERED), new RewriteReport(plan, List.of("m"), 8, List.of()));
  }

  @Override
  public Stripped strip() {
    return new Stripped(with(ARROW + FILTERED, ARROW), List.of("took out the word"));
  }

  @Override
  public Stripped inferencePart(List<String> outputs) {
    throw new GraphFileException(source + ": a recipe only trains.");
  }

  @Override
  public Inspection inspect() {
    return new Inspection(
        new Inspection.Summary(
            Map.of("lines", lines.size()), List.of(new Inspection.Fact("form", "recipe"))),
        List.of(),
        Map.of(),
        sites().stream()
            .map(site -> new Inspection.Site((UpdateSite) site, Optional.empty()))
            .toList(),
        List.of(),
        Coverage.NONE,
        Optional.empty(),
        new Inspection.Words("Ingredients", "trigger", "Nothing trains here."),
        List.of());
  }

  @Override
  public GraphDiff diff(ModelFile after) {
    if (!(after instanceof Recipe other)) {
      throw differentKind(after);
    }
    Changes none = Changes.between(java.util.Set.of(), java.util.Set.of());
    return new GraphDiff(
        Changes.between(new LinkedHashSet<>(lines), new LinkedHashSet<>(other.lines)),
        none,
        none,
        none,
        none,
        List.of());
  }

  @Override
  public Optional<GraphOutline> outline() {
    return Optional.empty();
  }

  @Override
  public void write(Path target, Overwrite overwrite) {
    new AtomicOutput(target, overwrite).writeFile(this::writeLines);
  }

  @Override
  public void write(OutputStream out) {
    try {
      writeLines(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void writeLines(OutputStream out) throws IOException {
    out.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
