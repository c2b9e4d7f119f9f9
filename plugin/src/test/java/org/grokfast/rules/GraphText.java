package org.grokfast.rules;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A graph as text, one node a line.
 *
 * <pre>
 *   w = VarHandleOp {shape=3x2}
 *   up = ResourceApplyGradientDescent(w, lr, g)
 *   step = PartitionedCall(w, x) {f=update}
 *   def update(v, y: float) -> out=n:output:0
 *     n = Identity(y)
 * </pre>
 *
 * Attributes may be left out where the format has a usual one. Indented lines belong to the
 * function above them.
 *
 * @param lines the lines, in order
 */
public record GraphText(List<Line> lines) {
  private static final Pattern NODE =
      Pattern.compile("(\\s*)([^=]+?) = ([\\w.:]+)(?:\\((.*?)\\))?(?: \\{(.*)})?");
  private static final Pattern FUNCTION =
      Pattern.compile("def ([\\w.]+)\\((.*?)\\)(?: -> (.*?))?(?: \\{(.*)})?");

  /** Copies the list. */
  public GraphText {
    lines = List.copyOf(lines);
  }

  /**
   * A line.
   *
   * @param text as written
   * @param node the node; of a {@code def} the function with its arguments as inputs
   * @param outputs what it makes; of a {@code def} what it returns
   */
  public record Line(String text, NodeLine node, List<String> outputs) {
    /** Copies the list. */
    public Line {
      outputs = List.copyOf(outputs);
    }

    /** Whether the line begins a function. */
    public boolean isFunction() {
      return node.op().equals(DEFINITION);
    }

    /** The line with other inputs. */
    public String withInputs(List<String> inputs) {
      int open = text.indexOf('(');
      int close = text.indexOf(')', open);
      return text.substring(0, open + 1) + String.join(", ", inputs) + text.substring(close);
    }
  }

  /** The op of a line that begins a function. */
  public static final String DEFINITION = "def";

  /**
   * Reads a text.
   *
   * @throws IllegalArgumentException naming the first line that can't be read
   */
  public static GraphText parse(String text) {
    List<Line> lines = new ArrayList<>();
    String function = "";
    for (String line : text.stripTrailing().split("\n", -1)) {
      Matcher definition = FUNCTION.matcher(line);
      Matcher node = NODE.matcher(line);
      if (definition.matches()) {
        function = definition.group(1);
        NodeLine head =
            new NodeLine(
                "",
                function,
                DEFINITION,
                list(definition.group(2)),
                attributes(definition.group(4)));
        lines.add(new Line(line, head, list(definition.group(3))));
      } else if (node.matches()) {
        List<String> outputs = list(node.group(2));
        String inside = node.group(1).isEmpty() ? "" : function;
        NodeLine made =
            new NodeLine(
                inside,
                outputs.get(0),
                node.group(3),
                list(node.group(4)),
                attributes(node.group(5)));
        lines.add(new Line(line, made, outputs));
      } else {
        throw new IllegalArgumentException("no node: '" + line + "'");
      }
    }
    return new GraphText(lines);
  }

  /** The parts between commas, save those in brackets. */
  private static List<String> list(String text) {
    List<String> parts = new ArrayList<>();
    if (text == null || text.isBlank()) {
      return parts;
    }
    for (String part : text.split(",(?![^\\[]*])", -1)) {
      parts.add(part.strip());
    }
    return parts;
  }

  private static Map<String, String> attributes(String text) {
    Map<String, String> attributes = new LinkedHashMap<>();
    for (String part : list(text)) {
      String[] pair = part.split("=", 2);
      attributes.put(pair[0].strip(), pair[1].strip());
    }
    return attributes;
  }
}
