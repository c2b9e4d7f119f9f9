package org.grokfast.models.analysis.files;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.grokfast.models.analysis.Figures;
import org.grokfast.models.analysis.LayerQuantities;
import org.grokfast.models.analysis.Quantity;
import org.grokfast.models.page.Html;

/** What was measured of every layer at a checkpoint, as a table in HTML. */
final class LayerTable {
  private LayerTable() {}

  static String of(Figures at) {
    List<Quantity> shown =
        LayerQuantities.ALL.stream()
            .filter(q -> at.layers().values().stream().anyMatch(layer -> layer.containsKey(q)))
            .toList();
    List<String> lines = new ArrayList<>();
    lines.add("<p>Layers at step " + at.step() + "</p><div class=\"scroll\"><table>");
    StringBuilder head = new StringBuilder("<tr><th>layer</th>");
    shown.forEach(q -> head.append("<th>").append(Html.text(q.label())).append("</th>"));
    lines.add(head + "</tr>");
    at.layers().forEach((name, values) -> lines.add(row(name, values, shown)));
    lines.add("</table></div>");
    return String.join("\n", lines);
  }

  private static String row(String name, Map<Quantity, Double> values, List<Quantity> shown) {
    StringBuilder row = new StringBuilder("<tr><td>" + Html.text(name) + "</td>");
    for (Quantity quantity : shown) {
      Double value = values.get(quantity);
      row.append("<td>")
          .append(value == null ? "&ndash;" : String.format(Locale.ROOT, "%.4g", value))
          .append("</td>");
    }
    return row + "</tr>";
  }
}
