package org.grokfast.tests.architecture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.grokfast.models.picture.Svg;

/**
 * The packages in the rows of {@link Rooms}, the top one first, with an arrow from each to those
 * that it imports. An arrow is left out where a longer way says the same.
 */
final class PackagePicture {
  private static final int WIDTH = 1420;
  private static final int LABELS = 90;
  private static final int BOX_WIDTH = 150;
  private static final int BOX_HEIGHT = 30;
  private static final int ROW = 66;
  private static final int TOP = 24;
  private static final int SWEEPS = 12;

  private static final Map<String, String> FILLS = new LinkedHashMap<>();

  static {
    FILLS.put("spark", "#f1e2f7");
    FILLS.put("graph-tools", "#ffe3d1");
    FILLS.put("models", "#d8f0d8");
    FILLS.put("plugin", "#d6e6fb");
  }

  private static final List<String> INKS =
      List.of("#0a4a8f", "#8a4b00", "#1a6b32", "#7a2a7a", "#9b1c31", "#3f5a6b");

  private final Map<String, Set<String>> arrows;
  private final List<List<String>> rows;
  private final Map<String, Double> across = new HashMap<>();

  private PackagePicture(Map<String, Set<String>> arrows, List<List<String>> rows) {
    this.arrows = arrows;
    this.rows = rows.stream().map(row -> (List<String>) new ArrayList<>(row)).toList();
  }

  /**
   * Draws packages.
   *
   * @param uses for every package those that it imports
   * @param rows from the bottom to the top
   */
  static String draw(Map<String, Set<String>> uses, List<List<String>> rows) {
    PackagePicture picture = new PackagePicture(withoutImplied(uses), rows);
    picture.order();
    return picture.document();
  }

  /** Leaves out arrows to what is reached through another package, too. */
  static Map<String, Set<String>> withoutImplied(Map<String, Set<String>> uses) {
    Map<String, Set<String>> reduced = new TreeMap<>();
    uses.forEach(
        (name, used) -> {
          Set<String> kept = new TreeSet<>(used);
          used.forEach(other -> kept.removeAll(Rooms.reachedFrom(other, uses)));
          reduced.put(name, kept);
        });
    return reduced;
  }

  /** Moves packages within their rows next to those with which they share arrows. */
  private void order() {
    rows.forEach(this::spread);
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      for (int row = 0; row < rows.size(); row++) {
        List<String> names = rows.get(sweep % 2 == 0 ? row : rows.size() - 1 - row);
        Map<String, Double> wanted =
            names.stream().collect(Collectors.toMap(name -> name, this::mean));
        names.sort(Comparator.comparing(wanted::get));
        spread(names);
      }
    }
  }

  private void spread(List<String> names) {
    double slot = (double) (WIDTH - LABELS) / names.size();
    for (int i = 0; i < names.size(); i++) {
      across.put(names.get(i), LABELS + slot * (i + 0.5));
    }
  }

  private double mean(String name) {
    return arrows.entrySet().stream()
        .flatMap(
            entry ->
                entry.getKey().equals(name)
                    ? entry.getValue().stream()
                    : entry.getValue().stream().filter(name::equals).map(used -> entry.getKey()))
        .mapToDouble(across::get)
        .average()
        .orElse(across.get(name));
  }

  private String document() {
    int height = TOP + ROW * rows.size();
    Svg svg = new Svg(WIDTH, height, "#ffffff");
    svg.add(
        "<defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\""
            + " markerHeight=\"7\" orient=\"auto\"><path d=\"M0,0 L8,4 L0,8 z\""
            + " fill=\"context-stroke\"/></marker></defs>");
    bands(svg);
    arrows.forEach((from, used) -> used.forEach(to -> arrow(svg, from, to)));
    rows.forEach(row -> row.forEach(name -> box(svg, name)));
    return svg.document(
        "Packages and their imports",
        ".name{font-size:13px;fill:#1f2328}.module{font-size:15px;font-weight:600;fill:#57606a}");
  }

  private void bands(Svg svg) {
    for (String module : FILLS.keySet()) {
      List<Integer> held =
          IntStream.range(0, rows.size())
              .filter(row -> module(rows.get(row).get(0)).equals(module))
              .boxed()
              .toList();
      int first = top(held.get(held.size() - 1)) - (ROW - BOX_HEIGHT) / 2;
      svg.add(
          "<rect x=\"4\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"8\" fill=\"#f6f8fa\"/>",
          first + 2, WIDTH - 8, ROW * held.size() - 4);
      svg.text(14, first + 24, "start", "module", module);
    }
  }

  private void arrow(Svg svg, String from, String to) {
    double startX = across.get(from);
    double startY = top(row(from)) + BOX_HEIGHT;
    double endX = across.get(to);
    double endY = top(row(to)) - 1;
    double bend = Math.min(60, (endY - startY) / 2);
    svg.add(
        "<path d=\"M%.1f,%.1f C%.1f,%.1f %.1f,%.1f %.1f,%.1f\" fill=\"none\" stroke=\"%s\""
            + " stroke-opacity=\"0.7\" marker-end=\"url(#head)\"/>",
        startX,
        startY,
        startX,
        startY + bend,
        endX,
        endY - bend,
        endX,
        endY,
        INKS.get(rows.get(row(from)).indexOf(from) % INKS.size()));
  }

  private void box(Svg svg, String name) {
    double x = across.get(name) - BOX_WIDTH / 2.0;
    int y = top(row(name));
    svg.add(
        "<rect x=\"%.1f\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"5\" fill=\"%s\""
            + " stroke=\"#57606a\"/>",
        x, y, BOX_WIDTH, BOX_HEIGHT, FILLS.get(module(name)));
    String shown = name.isEmpty() ? Rooms.ROOT : name.replaceFirst("^(models|tools)\\.", "");
    svg.text(across.get(name), y + 20, "middle", "name", shown);
  }

  private int row(String name) {
    for (int row = 0; row < rows.size(); row++) {
      if (rows.get(row).contains(name)) {
        return row;
      }
    }
    throw new IllegalArgumentException("no row for " + name);
  }

  private int top(int row) {
    return TOP / 2 + ROW * (rows.size() - 1 - row) + (ROW - BOX_HEIGHT) / 2;
  }

  private static String module(String name) {
    if (name.equals("spark")) {
      return name;
    }
    if (name.matches("tools(\\..*)?")) {
      return "graph-tools";
    }
    return name.matches("models(\\..*)?") ? "models" : "plugin";
  }
}
