package org.grokfast.tensorflow.live;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.proof.SiteProof;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.rewrite.RewriteReport;
import org.grokfast.tensorflow.proof.Values;
import org.tensorflow.Graph;
import org.tensorflow.Operation;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;

/** A live graph with a filter in it. */
public final class WrappedGraph {
  /**
   * The name of the op that sets all state to its initial value, in a graph that was wrapped once.
   * Each further wrapping has one of its own, which its report names.
   */
  public static final String INIT_OP = InsertedNames.PREFIX + InsertedNames.INIT;

  private final Graph graph;
  private final Ops ops;
  private final FilterParameters parameters;
  private final Map<String, String> readings;
  private final RewriteReport report;

  /**
   * The ops of a wrapping.
   *
   * @param train what is run in every step
   * @param original what was wrapped
   * @param init what sets the state to its initial value
   */
  record Ops(String train, String original, String init) {}

  WrappedGraph(
      Graph graph,
      Ops ops,
      FilterParameters parameters,
      Map<String, String> readings,
      RewriteReport report) {
    this.graph = graph;
    this.ops = ops;
    this.parameters = parameters;
    this.readings = Collections.unmodifiableMap(new LinkedHashMap<>(readings));
    this.report = report;
  }

  /** The op to run in every step, in place of the one that was given; its outputs are the same. */
  public Operation trainOp() {
    return graph.operationOrThrow(ops.train());
  }

  /** Whether it is the one that was given. */
  public boolean sameTrainOp() {
    return ops.train().equals(ops.original());
  }

  /** The names of the new variables. */
  public List<String> stateVariables() {
    return report.stateVariables();
  }

  /** What was done. */
  public RewriteReport report() {
    return report;
  }

  /**
   * What the probes measured in the last step that they measured, by name: {@code weight-norm} of
   * all variables together, {@code weight-norm/w} of the variable w. Empty without probes.
   *
   * <pre>{@code
   * FilterOptions probed =
   *     FilterOptions.builder().probes(ProbeSetting.parse("cosine:every=5")).build();
   * WrappedGraph wrapped = Grokfast.wrap(graph, train, Ema.of(0.98, 2).withOptions(probed));
   * …
   * double cosine = wrapped.probes(session).get("cosine");
   * }</pre>
   *
   * @param session a session of the graph, in which a step was made
   * @return the values; 0 or NaN of what was not measured yet
   * @throws org.grokfast.rewrite.GraphRewriteException if the session is of another graph
   */
  public Map<String, Double> probes(Session session) {
    requireOwn(session);
    if (readings.isEmpty()) {
      return Map.of();
    }
    Session.Runner runner = session.runner();
    readings.values().forEach(runner::fetch);
    Map<String, Double> values = new LinkedHashMap<>();
    try (Result result = runner.run()) {
      int next = 0;
      for (String name : readings.keySet()) {
        values.put(name, Values.of(result.get(next++))[0]);
      }
    }
    return values;
  }

  /** The names of what {@link #probes(Session)} gives, with the tensors that can be fetched. */
  public Map<String, String> probeTensors() {
    return readings;
  }

  /**
   * Restores a checkpoint, whether it was written with the filter or before it.
   *
   * <pre>{@code
   * WrappedGraph wrapped = Grokfast.wrap(graph, train, Ema.of(0.98, 2));
   * try (Session session = new Session(graph)) {
   *   RestoredCheckpoint restored = wrapped.restore(session, "checkpoints/step-5000");
   *   System.out.println(restored.text());   // … the filter starts afresh
   * }
   * }</pre>
   *
   * <p>All else in the graph has then the value that {@code session.initialize()} gives it.
   *
   * @param session a session of the graph
   * @param prefix the path of the checkpoint without {@code .index}, as for {@code Session.restore}
   * @return what was restored; where the filter starts afresh, it is logged as a warning too
   * @throws org.grokfast.io.GraphFileException if there is no such checkpoint or it is damaged
   * @throws org.grokfast.rewrite.GraphRewriteException if it lacks a variable that the program had
   *     before it was wrapped, or has some of the filter's state only, which is another filter's
   */
  public RestoredCheckpoint restore(Session session, String prefix) {
    requireOwn(session);
    return new CheckpointRestore(graph, session).restore(prefix);
  }

  private void requireOwn(Session session) {
    if (session.graph() != graph) {
      throw new GraphRewriteException("the session is of another graph than the one wrapped");
    }
  }

  /**
   * Proves by numbers that the filters stand on gradients: moves each filtered variable along
   * random directions, computes the loss anew and compares, as {@code docs/proof.md} says. The
   * scalar that the gradients come from is looked for.
   *
   * <pre>{@code
   * try (TFloat32 x = batch()) {
   *   for (SiteProof proof : wrapped.prove(session, Map.of("x", x))) {
   *     System.out.println(proof.variable() + " " + proof.text());   // w is the gradient of 'loss'
   *   }
   * }
   * }</pre>
   *
   * <p>No step of training is made, and every variable of the graph has the same bits afterwards as
   * before, also where something is thrown; other state, such as that of queues and random numbers,
   * goes on. The graph gains nodes below {@code grokfast/proof/}. The loss is computed some hundred
   * times for each variable.
   *
   * @param session a session of the graph whose variables have their values
   * @param feeds what is fed in a step, by the names of placeholders
   * @return for each filtered tensor: is the gradient, is proportional, is not, or could not be
   *     decided and why, as of those in functions
   * @throws org.grokfast.rewrite.GraphRewriteException if the session is of another graph
   */
  public List<SiteProof> prove(Session session, Map<String, Tensor> feeds) {
    return prove(session, List.of(feeds), null);
  }

  /**
   * The same over several steps' inputs, which tell a factor that moves, such as that of a trust
   * ratio, from one that does not; and with the loss named, so that a tensor which is the gradient
   * of something else is found out.
   *
   * <pre>{@code
   * wrapped.prove(session, List.of(Map.of("x", first), Map.of("x", second)), "loss");
   * }</pre>
   *
   * @param session a session of the graph whose variables have their values
   * @param steps what is fed, of one step each; at least one
   * @param loss the name of the scalar tensor that the gradients come from; null to look for it
   * @return as the other
   * @throws org.grokfast.rewrite.GraphRewriteException if the session is of another graph, there is
   *     no such tensor, or no step
   */
  public List<SiteProof> prove(Session session, List<Map<String, Tensor>> steps, String loss) {
    requireOwn(session);
    return new LiveProof(
            graph,
            session,
            new LiveProof.Given(report.plan(), ops.original(), List.copyOf(steps), loss))
        .run();
  }

  /**
   * Changes a parameter of the filter for all variables that have no override of it; the next step
   * takes it. Restoring a checkpoint restores the value that it had when that was written.
   *
   * <pre>{@code
   * wrapped.set(session, "lamb", 0.5);
   * }</pre>
   *
   * @param session a session of the graph
   * @param name the parameter, such as {@code lamb}, or {@code 1.ema.lamb} of a chain, or {@code
   *     muon.lr} of a pass
   * @param value the value
   * @throws org.grokfast.rewrite.GraphRewriteException if the filter has no such parameter, the
   *     value is out of its range, or the filter isn't tunable
   */
  public void set(Session session, String name, double value) {
    parameters.set(session, name, value);
  }

  /**
   * The same for one variable, which has an override of the parameter.
   *
   * <pre>{@code
   * wrapped.set(session, "embedding", "lamb", 0.1);
   * }</pre>
   *
   * @param session a session of the graph
   * @param variable the variable's name
   * @param name the parameter
   * @param value the value
   * @throws org.grokfast.rewrite.GraphRewriteException as the other, and if the variable is not
   *     filtered or has no override of the parameter
   */
  public void set(Session session, String variable, String name, double value) {
    parameters.set(session, variable, name, value);
  }
}
