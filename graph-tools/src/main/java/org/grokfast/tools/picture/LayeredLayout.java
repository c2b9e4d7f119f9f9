package org.grokfast.tools.picture;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * Where the nodes of a neighbourhood stand: in layers, each behind what feeds it, and within a
 * layer near their neighbours. An edge that skips layers goes through a gap in each of them.
 */
final class LayeredLayout {
  private static final int SWEEPS = 8;

  private final Neighbourhood picture;
  private final Map<Integer, List<String>> columns = new TreeMap<>();
  private final Map<Neighbourhood.Edge, List<String>> routes = new LinkedHashMap<>();
  private final Map<String, List<String>> neighbours = new HashMap<>();

  LayeredLayout(Neighbourhood picture) {
    this.picture = picture;
    Map<String, Integer> layers = picture.layers();
    pullRight(layers);
    picture.nodes().keySet().forEach(name -> column(layers.get(name)).add(name));
    picture.edges().forEach(edge -> route(edge, layers));
    order();
  }

  /** The layers from left to right, each from top to bottom; names that are no nodes are gaps. */
  Map<Integer, List<String>> columns() {
    return columns;
  }

  /** The names that an edge passes, its ends included. */
  List<String> route(Neighbourhood.Edge edge) {
    return routes.get(edge);
  }

  /** The height of the highest layer. */
  int height(ToIntFunction<String> heightOf) {
    return columns.values().stream()
        .mapToInt(names -> names.stream().mapToInt(heightOf).sum())
        .max()
        .orElse(0);
  }

  private List<String> column(int layer) {
    return columns.computeIfAbsent(layer, l -> new ArrayList<>());
  }

  /** What feeds only later layers moves next to the first of them. */
  private void pullRight(Map<String, Integer> layers) {
    for (int round = 0; round < picture.nodes().size(); round++) {
      Map<String, Integer> first = new HashMap<>();
      picture
          .edges()
          .forEach(edge -> first.merge(edge.from(), layers.get(edge.to()), Integer::min));
      first.forEach((name, next) -> layers.merge(name, next - 1, Integer::max));
    }
  }

  private void route(Neighbourhood.Edge edge, Map<String, Integer> layers) {
    List<String> route = new ArrayList<>(List.of(edge.from()));
    for (int layer = layers.get(edge.from()) + 1; layer < layers.get(edge.to()); layer++) {
      String gap = "\u0000" + edge.from() + "\u0000" + edge.to() + "\u0000" + layer;
      column(layer).add(gap);
      route.add(gap);
    }
    route.add(edge.to());
    for (int i = 1; i < route.size(); i++) {
      neighbours.computeIfAbsent(route.get(i), n -> new ArrayList<>()).add(route.get(i - 1));
      neighbours.computeIfAbsent(route.get(i - 1), n -> new ArrayList<>()).add(route.get(i));
    }
    routes.put(edge, route);
  }

  private void order() {
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      Map<String, Double> position = new HashMap<>();
      columns.values().forEach(names -> spread(names, position));
      List<List<String>> layers = new ArrayList<>(columns.values());
      if (sweep % 2 == 1) {
        java.util.Collections.reverse(layers);
      }
      for (List<String> names : layers) {
        Map<String, Double> wanted = new HashMap<>();
        names.forEach(name -> wanted.put(name, mean(name, position)));
        names.sort((a, b) -> Double.compare(wanted.get(a), wanted.get(b)));
        spread(names, position);
      }
    }
  }

  private static void spread(List<String> names, Map<String, Double> position) {
    for (int i = 0; i < names.size(); i++) {
      position.put(names.get(i), (i + 0.5) / names.size());
    }
  }

  private double mean(String name, Map<String, Double> position) {
    return neighbours.getOrDefault(name, List.of()).stream()
        .mapToDouble(position::get)
        .average()
        .orElse(position.get(name));
  }
}
