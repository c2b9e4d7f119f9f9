package org.grokfast.tests.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphDef;

/**
 * Graphs whose steps are timed in turn, round by round, so that what else the machine does meets
 * them alike.
 */
final class TimedGraphs implements AutoCloseable {
  private static final int ROUNDS = 15;
  private static final int THREADS = 2;

  private final int steps;
  private final Map<String, Timed> graphs = new LinkedHashMap<>();

  /**
   * No graphs yet.
   *
   * @param steps how many steps of a graph follow each other
   */
  TimedGraphs(int steps) {
    this.steps = steps;
  }

  private record Timed(Graph graph, Session session, List<Double> milliseconds) {
    double run(int steps) {
      long start = System.nanoTime();
      for (int i = 0; i < steps; i++) {
        session.runner().addTarget(FilterGraphs.STEP).run();
      }
      return (System.nanoTime() - start) / 1e6 / steps;
    }
  }

  /** Adds a graph, whose variables are initialised. */
  TimedGraphs add(String name, GraphDef def) {
    Graph graph = new Graph();
    graph.importGraphDef(def);
    ConfigProto config =
        ConfigProto.newBuilder()
            .setIntraOpParallelismThreads(THREADS)
            .setInterOpParallelismThreads(THREADS)
            .build();
    Session session = new Session(graph, config);
    session.initialize();
    graphs.put(name, new Timed(graph, session, new ArrayList<>()));
    return this;
  }

  /** Runs all graphs, once without a clock. */
  TimedGraphs run() {
    graphs.values().forEach(graph -> graph.run(steps));
    for (int round = 0; round < ROUNDS; round++) {
      for (Timed graph : graphs.values()) {
        graph.milliseconds().add(graph.run(steps));
      }
    }
    return this;
  }

  /** The median time of a step, in milliseconds. */
  double median(String name) {
    return median(
        graphs.get(name).milliseconds().stream().mapToDouble(Double::doubleValue).toArray());
  }

  /**
   * What the step of a graph takes longer than that of another, as so many steps of a third: the
   * median over the rounds, with the lowest and the highest.
   */
  String ratio(String name, String less, String unit) {
    double[] ratios = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      ratios[round] =
          (graphs.get(name).milliseconds().get(round) - graphs.get(less).milliseconds().get(round))
              / graphs.get(unit).milliseconds().get(round);
    }
    return String.format(
        Locale.ROOT,
        "%.1f (%.1f, %.1f)",
        median(ratios),
        Arrays.stream(ratios).min().orElseThrow(),
        Arrays.stream(ratios).max().orElseThrow());
  }

  /** The names, in the order in which they were added. */
  List<String> names() {
    return new ArrayList<>(graphs.keySet());
  }

  private static double median(double[] values) {
    return Arrays.stream(values).sorted().toArray()[values.length / 2];
  }

  @Override
  public void close() {
    for (Timed graph : graphs.values()) {
      graph.session().close();
      graph.graph().close();
    }
  }
}
