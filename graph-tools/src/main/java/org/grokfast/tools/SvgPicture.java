package org.grokfast.tools;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Neighbourhoods as a picture: data flows from left to right in layers, and within a layer each
 * node stands near what feeds it.
 */
final class SvgPicture {
  private static final int WIDTH = 210;
  private static final int HEIGHT = 40;
  private static final int COLUMN_GAP = 70;
  private static final int ROW_GAP = 18;
  private static final int MARGIN = 24;
  private static final int TITLE = 34;
  private static final int MOST_CHARACTERS = 32;
  private static final int SWEEPS = 4;

  private final StringBuilder body = new StringBuilder();
  private int width = 400;
  private int top = MARGIN;

  private SvgPicture() {}

  static String draw(List<Neighbourhood> neighbourhoods) {
    SvgPicture picture = new SvgPicture();
    picture.legend();
    neighbourhoods.forEach(picture::add);
    if (neighbourhoods.isEmpty()) {
      picture.text(MARGIN, picture.top + 16, "No node that both graphs have changed.", "title");
      picture.top += TITLE;
    }
    return picture.document();
  }

  private String document() {
    return String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%2$d\""
                + " viewBox=\"0 0 %1$d %2$d\" font-family=\"sans-serif\">%n",
            width,
            top + MARGIN)
        + "<style>.title{font-size:15px;font-weight:bold}.name{font-size:11px}"
        + ".op{font-size:10px;fill:#555}</style>\n"
        + arrows()
        + "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
        + body
        + "</svg>\n";
  }

  private static String arrows() {
    StringBuilder defs = new StringBuilder("<defs>");
    for (Neighbourhood.Presence presence : Neighbourhood.Presence.values()) {
      defs.append(
          String.format(
              Locale.ROOT,
              "<marker id=\"%s\" markerWidth=\"9\" markerHeight=\"8\" refX=\"8\" refY=\"4\""
                  + " orient=\"auto\" markerUnits=\"userSpaceOnUse\"><path d=\"M0,0 L9,4 L0,8 z\""
                  + " fill=\"%s\"/></marker>",
              presence.name().toLowerCase(Locale.ROOT),
              Palette.stroke(presence)));
    }
    return defs.append("</defs>\n").toString();
  }

  private void legend() {
    int x = MARGIN;
    for (Neighbourhood.Presence presence : Neighbourhood.Presence.values()) {
      box(x, top, 14, 14, presence);
      text(x + 20, top + 11, presence.name().toLowerCase(Locale.ROOT), "name");
      x += 100;
    }
    text(x, top + 11, "dashed: order only", "name");
    top += TITLE;
  }

  private void add(Neighbourhood picture) {
    text(MARGIN, top + 14, TextPage.printable(picture.title()), "title");
    top += TITLE;
    Map<Integer, List<String>> columns = columns(picture);
    Map<String, int[]> places = new HashMap<>();
    int rows = columns.values().stream().mapToInt(List::size).max().orElse(0);
    columns.forEach(
        (layer, names) -> {
          int free = (rows - names.size()) * (HEIGHT + ROW_GAP) / 2;
          for (int i = 0; i < names.size(); i++) {
            int x = MARGIN + layer * (WIDTH + COLUMN_GAP);
            places.put(names.get(i), new int[] {x, top + free + i * (HEIGHT + ROW_GAP)});
            width = Math.max(width, x + WIDTH + MARGIN);
          }
        });
    picture.edges().forEach(edge -> arrow(edge, places));
    picture.nodes().forEach((name, node) -> node(places.get(name), name, node));
    top += rows * (HEIGHT + ROW_GAP) + MARGIN;
  }

  /** The nodes of each layer, ordered by the mean position of their neighbours. */
  private static Map<Integer, List<String>> columns(Neighbourhood picture) {
    Map<Integer, List<String>> columns = new TreeMap<>();
    Map<String, Integer> layers = picture.layers();
    pullRight(picture, layers);
    picture
        .nodes()
        .keySet()
        .forEach(
            name -> columns.computeIfAbsent(layers.get(name), l -> new ArrayList<>()).add(name));
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      Map<String, Double> position = new HashMap<>();
      columns.values().forEach(names -> spread(names, position));
      for (List<String> names : columns.values()) {
        Map<String, Double> wanted = new HashMap<>();
        names.forEach(name -> wanted.put(name, mean(name, picture, position)));
        names.sort((a, b) -> Double.compare(wanted.get(a), wanted.get(b)));
        spread(names, position);
      }
    }
    return columns;
  }

  /** What feeds only later layers moves next to the first of them. */
  private static void pullRight(Neighbourhood picture, Map<String, Integer> layers) {
    for (int round = 0; round < picture.nodes().size(); round++) {
      Map<String, Integer> first = new HashMap<>();
      picture
          .edges()
          .forEach(edge -> first.merge(edge.from(), layers.get(edge.to()), Integer::min));
      first.forEach((name, next) -> layers.merge(name, next - 1, Integer::max));
    }
  }

  private static void spread(List<String> names, Map<String, Double> position) {
    for (int i = 0; i < names.size(); i++) {
      position.put(names.get(i), (i + 0.5) / names.size());
    }
  }

  private static double mean(String name, Neighbourhood picture, Map<String, Double> position) {
    return picture.edges().stream()
        .filter(edge -> edge.from().equals(name) || edge.to().equals(name))
        .mapToDouble(edge -> position.get(edge.from().equals(name) ? edge.to() : edge.from()))
        .average()
        .orElse(position.get(name));
  }

  private void node(int[] place, String name, Neighbourhood.Node node) {
    body.append("<g><title>").append(escape(name)).append("</title>\n");
    box(place[0], place[1], WIDTH, HEIGHT, node.presence());
    text(place[0] + 8, place[1] + 17, shortened(name), "name");
    text(place[0] + 8, place[1] + 32, node.op(), "op");
    body.append("</g>\n");
  }

  private void box(int x, int y, int w, int h, Neighbourhood.Presence presence) {
    body.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\" fill=\"%s\""
                + " stroke=\"%s\"/>%n",
            x,
            y,
            w,
            h,
            Palette.fill(presence),
            Palette.stroke(presence)));
  }

  private void arrow(Neighbourhood.Edge edge, Map<String, int[]> places) {
    int[] from = places.get(edge.from());
    int[] to = places.get(edge.to());
    int x1 = from[0] + WIDTH;
    int y1 = from[1] + HEIGHT / 2;
    int x2 = to[0];
    int y2 = to[1] + HEIGHT / 2;
    int bend = Math.max(COLUMN_GAP / 2, Math.abs(x2 - x1) / 2);
    body.append(
        String.format(
            Locale.ROOT,
            "<path d=\"M%d,%d C%d,%d %d,%d %d,%d\" fill=\"none\" stroke=\"%s\"%s"
                + " marker-end=\"url(#%s)\"/>%n",
            x1,
            y1,
            x1 + bend,
            y1,
            x2 - bend,
            y2,
            x2,
            y2,
            Palette.stroke(edge.presence()),
            edge.control() ? " stroke-dasharray=\"4 3\"" : "",
            edge.presence().name().toLowerCase(Locale.ROOT)));
  }

  private void text(int x, int y, String text, String style) {
    body.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"%d\" class=\"%s\">%s</text>%n",
            x,
            y,
            style,
            escape(text)));
  }

  /** The end of a name says more than its start. */
  private static String shortened(String name) {
    return name.length() <= MOST_CHARACTERS
        ? name
        : "…" + name.substring(name.length() - MOST_CHARACTERS + 1);
  }

  private static String escape(String text) {
    return TextPage.printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
