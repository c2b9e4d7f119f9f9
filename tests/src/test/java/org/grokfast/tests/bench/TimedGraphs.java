package org.grokfast.tests.bench;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphDef;

/** Graphs whose steps are timed in turn. */
final class TimedGraphs implements AutoCloseable {
  private static final int ROUNDS = 15;
  private static final int THREADS = 2;

  private final Rounds rounds;
  private final List<Loaded> graphs = new ArrayList<>();

  /**
   * No graphs yet.
   *
   * @param steps how many steps of a graph follow each other
   */
  TimedGraphs(int steps) {
    rounds = new Rounds(steps);
  }

  private record Loaded(Graph graph, Session session) {}

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
    graphs.add(new Loaded(graph, session));
    rounds.add(name, () -> session.runner().addTarget(FilterGraphs.STEP).run());
    return this;
  }

  /** Runs all graphs, once without a clock. */
  Rounds run() throws Exception {
    return rounds.run(ROUNDS);
  }

  @Override
  public void close() {
    for (Loaded each : graphs) {
      each.session().close();
      each.graph().close();
    }
  }
}
