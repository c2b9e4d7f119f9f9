package org.grokfast.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.models.algorithmic.AlgorithmicTask;
import org.grokfast.models.algorithmic.BinaryOperation;
import org.grokfast.models.algorithmic.DecoderShape;
import org.grokfast.models.algorithmic.ModularArithmetic;
import org.grokfast.models.optimizer.AdamOptions;
import org.grokfast.models.optimizer.OptimizerKind;
import org.grokfast.models.task.Batch;
import org.grokfast.models.task.Split;
import org.grokfast.models.task.TaskGraph;
import org.grokfast.probe.ProbeSetting;
import org.grokfast.probe.Probes;
import org.grokfast.tensorflow.live.GrokfastOptimizer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.framework.optimizers.Optimizer.GradAndVar;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.NodeExecStats;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.types.family.TType;

/**
 * What share of a step's kernel time probes take, in traces of the transformer of the algorithmic
 * task: a share that other programs on the machine hardly move. No part of the build; run it with
 *
 * <pre>
 *   mvn -B -pl tests -am test -Dtest=ProbeBenchmark -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 */
@Tag("native")
class ProbeBenchmark {
  private static final int WARM_UP = 11;
  private static final int STEPS = 91;
  private static final int BATCH = 512;

  /** What one step ran: kernels and microseconds, of probes and of all. */
  private record Trace(int kernels, double probes, double all) {}

  @Test
  void printsTheShareOfKernelTimeThatProbesTake() {
    System.out.println(
        "probes            steps            kernels   share: median (lowest, highest)");
    print("all but bands", Probes.ALL.size() - 1);
    print("all", Probes.ALL.size());
  }

  private static void print(String label, int probes) {
    ProbeSetting[] settings =
        Probes.ALL.stream()
            .limit(probes)
            .map(probe -> new ProbeSetting(probe, ProbeSetting.EVERY))
            .toArray(ProbeSetting[]::new);
    List<List<Trace>> byPlace = traces(settings);
    double mean = 0;
    for (int place = 0; place < byPlace.size(); place++) {
      double[] shares =
          byPlace.get(place).stream().mapToDouble(t -> t.probes() / t.all()).sorted().toArray();
      double median = shares[shares.length / 2];
      mean += median / byPlace.size();
      System.out.printf(
          Locale.ROOT,
          "%-17s %-16s %,7d   %.2f %% (%.2f, %.2f)%n",
          label,
          place == 0 ? "every tenth" : place + " after it",
          byPlace.get(place).get(0).kernels(),
          100 * median,
          100 * shares[0],
          100 * shares[shares.length - 1]);
    }
    System.out.printf(Locale.ROOT, "%-17s mean of the ten          %.2f %%%n", label, 100 * mean);
    assertThat(mean).isPositive();
  }

  /** The traces by the step's number modulo the interval. */
  private static List<List<Trace>> traces(ProbeSetting... settings) {
    FilterOptions options = FilterOptions.builder().probes(settings).build();
    AlgorithmicTask task =
        new AlgorithmicTask(
            new ModularArithmetic(BinaryOperation.MUL, 97), 0.5, 0, DecoderShape.reference(99));
    List<List<Trace>> traces = new ArrayList<>();
    for (int i = 0; i < ProbeSetting.EVERY; i++) {
      traces.add(new ArrayList<>());
    }
    ConfigProto oneThread =
        ConfigProto.newBuilder()
            .setIntraOpParallelismThreads(1)
            .setInterOpParallelismThreads(1)
            .build();
    int[] examples = new int[BATCH];
    Arrays.setAll(examples, i -> i);
    try (Graph graph = new Graph()) {
      Op update = update(graph, task, options);
      try (Session session = new Session(graph, oneThread);
          Batch batch = task.batch(Split.TRAINING, examples)) {
        session.initialize();
        for (int step = 1; step < STEPS; step++) {
          Trace trace = trace(session, batch, update);
          if (step >= WARM_UP) {
            traces.get(step % ProbeSetting.EVERY).add(trace);
          }
        }
      }
    }
    return traces;
  }

  private static Op update(Graph graph, AlgorithmicTask task, FilterOptions options) {
    TaskGraph outputs = task.build(Ops.create(graph));
    var adam = OptimizerKind.ADAM.create(graph, AdamOptions.DEFAULTS);
    List<GradAndVar<? extends TType>> gradients = new ArrayList<>();
    for (GradAndVar<?> pair : adam.computeGradients(outputs.loss())) {
      gradients.add(pair);
    }
    return new GrokfastOptimizer(adam, Ema.defaults().withOptions(options))
        .applyGradients(gradients, "train");
  }

  private static Trace trace(Session session, Batch batch, Op update) {
    RunOptions traced =
        RunOptions.newBuilder().setTraceLevel(RunOptions.TraceLevel.FULL_TRACE).build();
    Session.Runner runner = session.runner().setOptions(traced).addTarget(update);
    batch.inputs().forEach(runner::feed);
    try (Result result = runner.runAndFetchMetadata()) {
      List<NodeExecStats> all =
          result.getMetadata().orElseThrow().getStepStats().getDevStatsList().stream()
              .flatMap(device -> device.getNodeStatsList().stream())
              .toList();
      List<NodeExecStats> probes =
          all.stream().filter(node -> node.getNodeName().contains("/probe/")).toList();
      return new Trace(probes.size(), microseconds(probes), microseconds(all));
    }
  }

  private static double microseconds(List<NodeExecStats> nodes) {
    return nodes.stream()
        .mapToDouble(node -> node.getOpEndRelMicros() - node.getOpStartRelMicros())
        .sum();
  }
}
