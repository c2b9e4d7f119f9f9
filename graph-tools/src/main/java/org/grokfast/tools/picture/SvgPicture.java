package org.grokfast.tools.picture;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.grokfast.tools.console.Printable;

/** Neighbourhoods as a picture: data flows from left to right. */
public final class SvgPicture {
  private static final int WIDTH = 210;
  private static final int HEIGHT = 40;
  private static final int COLUMN_GAP = 56;
  private static final int ROW_GAP = 18;
  private static final int MARGIN = 24;
  private static final int TITLE = 34;
  private static final int MOST_CHARACTERS = 29;

  private final StringBuilder body = new StringBuilder();
  private final String ids;
  private int width = 400;
  private int top = MARGIN;

  /**
   * An empty picture.
   *
   * @param ids what the names of its arrow heads start with, so that a page can hold several
   */
  private SvgPicture(String ids) {
    this.ids = ids;
  }

  /**
   * One neighbourhood, for a page that has its title and legend.
   *
   * @param ids what no other picture of the page has: letters and digits
   */
  public static String inline(Neighbourhood neighbourhood, String ids) {
    SvgPicture picture = new SvgPicture(ids + "-");
    picture.width = 0;
    picture.nodes(neighbourhood);
    return picture.document();
  }

  public static String draw(List<Neighbourhood> neighbourhoods) {
    SvgPicture picture = new SvgPicture("");
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

  private String arrows() {
    StringBuilder defs = new StringBuilder("<defs>");
    for (Neighbourhood.Presence presence : Neighbourhood.Presence.values()) {
      defs.append(
          String.format(
              Locale.ROOT,
              "<marker id=\"%s\" markerWidth=\"9\" markerHeight=\"8\" refX=\"8\" refY=\"4\""
                  + " orient=\"auto\" markerUnits=\"userSpaceOnUse\"><path d=\"M0,0 L9,4 L0,8 z\""
                  + " fill=\"%s\"/></marker>",
              ids + presence.name().toLowerCase(Locale.ROOT),
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
    text(MARGIN, top + 14, Printable.text(picture.title()), "title");
    top += TITLE;
    nodes(picture);
  }

  private void nodes(Neighbourhood picture) {
    LayeredLayout layout = new LayeredLayout(picture);
    ToIntFunction<String> heightOf =
        name -> picture.nodes().containsKey(name) ? HEIGHT + ROW_GAP : ROW_GAP;
    int height = layout.height(heightOf);
    Map<String, int[]> places = new HashMap<>();
    layout
        .columns()
        .forEach(
            (layer, names) -> {
              int x = MARGIN + layer * (WIDTH + COLUMN_GAP);
              int y = top + (height - names.stream().mapToInt(heightOf).sum()) / 2;
              for (String name : names) {
                places.put(name, new int[] {x, y});
                y += heightOf.applyAsInt(name);
              }
              width = Math.max(width, x + WIDTH + MARGIN);
            });
    picture.edges().forEach(edge -> arrow(edge, layout.route(edge), places));
    picture.nodes().forEach((name, node) -> node(places.get(name), name, node));
    top += height + MARGIN;
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

  private void arrow(Neighbourhood.Edge edge, List<String> route, Map<String, int[]> places) {
    StringBuilder path = new StringBuilder();
    int y = places.get(edge.from())[1] + HEIGHT / 2;
    path.append(point("M", places.get(edge.from())[0] + WIDTH, y));
    for (String name : route.subList(1, route.size())) {
      boolean last = name.equals(edge.to());
      int x = places.get(name)[0];
      int next = places.get(name)[1] + (last ? HEIGHT : ROW_GAP) / 2;
      path.append(point(" C", x - COLUMN_GAP / 2, y));
      path.append(point(" ", x - COLUMN_GAP / 2, next));
      path.append(point(" ", x, next));
      y = next;
      if (!last) {
        path.append(point(" L", x + WIDTH, y));
      }
    }
    body.append(
        String.format(
            Locale.ROOT,
            "<path d=\"%s\" fill=\"none\" stroke=\"%s\"%s marker-end=\"url(#%s)\"/>%n",
            path,
            Palette.stroke(edge.presence()),
            edge.control() ? " stroke-dasharray=\"4 3\"" : "",
            ids + edge.presence().name().toLowerCase(Locale.ROOT)));
  }

  private static String point(String command, int x, int y) {
    return command + x + "," + y;
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
    return Printable.text(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
