package org.grokfast.tools.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.grokfast.io.GraphFileException;
import org.grokfast.tensorflow.inspect.GraphInspection;
import org.grokfast.tensorflow.inspect.Hazard;
import org.tensorflow.proto.GraphDef;

/** Keeps a graph from being run that does something outside of itself. */
public final class Trust {
  private static final int NAMED = 3;

  private Trust() {}

  /**
   * Refuses a graph with effects.
   *
   * @param source where it is from, for the message
   * @throws GraphFileException naming the first of them
   */
  public static void require(String source, GraphDef graph) {
    List<Hazard> effects = GraphInspection.effects(graph);
    if (effects.isEmpty()) {
      return;
    }
    int nodes = effects.stream().mapToInt(Hazard::count).sum();
    List<String> named = new ArrayList<>();
    for (Hazard effect : effects) {
      String op = effect.text().substring(0, effect.text().indexOf(' '));
      named.add("'" + effect.node() + "' (" + op + ", " + effect.kind().label() + ")");
    }
    String first = named.stream().limit(NAMED).collect(Collectors.joining(", "));
    int rest = nodes - Math.min(NAMED, named.size());
    throw new GraphFileException(
        source
            + ": not run, as it does something outside of itself: node"
            + (nodes == 1 ? " " : "s ")
            + first
            + (rest > 0 ? " and " + rest + " more" : "")
            + "; 'grokfast inspect' lists all. Give --trust if you trust its source");
  }
}
