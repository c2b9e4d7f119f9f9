package org.grokfast.tools.picture;

import java.util.List;
import org.grokfast.tools.console.Printable;

/** Neighbourhoods in Graphviz's language. */
public final class DotPicture {
  private DotPicture() {}

  public static String draw(List<Neighbourhood> neighbourhoods) {
    StringBuilder dot = new StringBuilder("digraph changes {\n  rankdir=LR;\n");
    dot.append("  node [shape=box, style=\"rounded,filled\", fillcolor=white];\n");
    for (int i = 0; i < neighbourhoods.size(); i++) {
      Neighbourhood picture = neighbourhoods.get(i);
      String id = "s" + i + "/";
      dot.append("  subgraph cluster_").append(i).append(" {\n");
      dot.append("    label=").append(quote(picture.title())).append(";\n");
      picture
          .nodes()
          .forEach(
              (name, node) ->
                  dot.append("    ")
                      .append(quote(id + name))
                      .append(" [label=")
                      .append(quote(name + "\n" + node.op()))
                      .append(", fillcolor=")
                      .append(quote(Palette.fill(node.presence())))
                      .append("];\n"));
      picture
          .edges()
          .forEach(
              edge ->
                  dot.append("    ")
                      .append(quote(id + edge.from()))
                      .append(" -> ")
                      .append(quote(id + edge.to()))
                      .append(" [color=")
                      .append(quote(Palette.stroke(edge.presence())))
                      .append(edge.control() ? ", style=dashed" : "")
                      .append("];\n"));
      dot.append("  }\n");
    }
    return dot.append("}\n").toString();
  }

  private static String quote(String text) {
    String escaped = text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    return '"' + Printable.text(escaped) + '"';
  }
}
