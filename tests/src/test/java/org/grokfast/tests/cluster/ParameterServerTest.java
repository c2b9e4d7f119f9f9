package org.grokfast.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.grokfast.filter.Ema;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tests.cluster.TwoWorkers.Averaging;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.RunOptions;

/**
 * Rewritten graphs whose parameters live on two parameter servers and whose gradients come from two
 * workers: four processes, each of the variables on a server of its own.
 */
@Tag("native")
@Tag("process")
class ParameterServerTest {
  private static final int STEPS = 7;
  private static final Offset<Float> CLOSE = Offset.offset(1e-5f);

  /** With windows that have gone round before the last step. */
  private static final List<GradientFilter> FILTERS =
      List.of(Ema.of(0.9, 2), MovingAverage.of(3, 2));

  private static Cluster cluster;

  @BeforeAll
  static void startCluster() throws IOException {
    cluster = Cluster.start(TwoWorkers.jobs());
  }

  @AfterAll
  static void endCluster() {
    cluster.close();
  }

  static Stream<TwoWorkers> forms() {
    return Stream.of(Averaging.values())
        .flatMap(
            averaging ->
                Stream.of(
                    new TwoWorkers(false, averaging, true, 2),
                    new TwoWorkers(true, averaging, true, 2),
                    new TwoWorkers(true, averaging, false, 2)));
  }

  static Stream<Arguments> formsAndFilters() {
    return forms().flatMap(form -> FILTERS.stream().map(filter -> Arguments.of(form, filter)));
  }

  /** References that are averaged in one way, and resources that are in the other. */
  static Stream<Arguments> formOfEachKindAndFilters() {
    return Stream.of(
            new TwoWorkers(false, Averaging.MEAN, true, 2),
            new TwoWorkers(true, Averaging.ACCUMULATOR, true, 2))
        .flatMap(form -> FILTERS.stream().map(filter -> Arguments.of(form, filter)));
  }

  private static GraphDef rewritten(TwoWorkers form, GradientFilter filter) {
    return new GraphRewriter(filter).apply(form.graph()).graph();
  }

  private static RemoteSession session(String master, GraphDef graph) {
    return new RemoteSession(
        cluster.target(master),
        graph,
        ConfigProto.newBuilder().setOperationTimeoutInMs(60_000).build());
  }

  private static void train(RemoteSession session, int from, int to) {
    for (int step = from; step < to; step++) {
      session.run(
          RunOptions.getDefaultInstance(), TwoWorkers.batches(step), List.of(), TwoWorkers.TRAIN);
    }
  }

  private static List<Float> weights(RemoteSession session) {
    List<Float> all = new ArrayList<>();
    for (String variable : TwoWorkers.VARIABLES) {
      for (float value : session.fetch(variable + "/read")) {
        all.add(value);
      }
    }
    return all;
  }

  /** What one process that is not interrupted trains. */
  private static List<Float> inOneProcess(TwoWorkers form, GradientFilter filter) {
    try (RemoteSession session =
        new RemoteSession(
            "", rewritten(form.inOneProcess(), filter), ConfigProto.getDefaultInstance())) {
      session.run(TwoWorkers.INIT);
      train(session, 0, STEPS);
      return weights(session);
    }
  }

  private static void assertClose(List<Float> actual, List<Float> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i)).as("weight %d of %s", i, actual).isCloseTo(expected.get(i), CLOSE);
    }
  }

  @ParameterizedTest
  @MethodSource("formsAndFilters")
  void weightsAreThoseOfOneProcess(TwoWorkers form, GradientFilter filter) {
    try (RemoteSession session = session("ps:0", rewritten(form, filter))) {
      session.run(TwoWorkers.INIT);
      train(session, 0, STEPS);
      List<Float> trained = weights(session);
      assertClose(trained, inOneProcess(form, filter));
    }
  }

  @ParameterizedTest
  @MethodSource("formOfEachKindAndFilters")
  void stateStandsWithItsVariableAndWhatAllShareWithTheFirst(
      TwoWorkers form, GradientFilter filter) {
    // TensorFlow would put what names no device with the master, here a worker.
    try (RemoteSession session = session("worker:1", rewritten(form, filter))) {
      session.run(TwoWorkers.INIT);
      Partitions parts =
          Partitions.of(
              session, RunOptions.getDefaultInstance(), TwoWorkers.batches(0), TwoWorkers.TRAIN);
      Map<String, Set<String>> devices = parts.devices("grokfast/");
      assertThat(devices.keySet())
          .contains("/job:ps/task:0", "/job:ps/task:1")
          .allMatch(device -> device.startsWith("/job:ps"));
      for (String variable : TwoWorkers.VARIABLES) {
        assertThat(devices.get(form.deviceOf(variable)))
            .as(variable)
            .anyMatch(node -> node.startsWith("grokfast/" + variable + "/"));
        assertThat(parts.updates(variable))
            .as("states of %s that are written", variable)
            .hasSize(filter.state().size())
            .allMatch(device -> device.equals(form.deviceOf(variable)));
      }
      assertThat(devices.get("/job:ps/task:0")).contains("grokfast/step/update");
    }
  }

  @ParameterizedTest
  @MethodSource("formOfEachKindAndFilters")
  void nothingThatGrowsWithTheModelIsSent(TwoWorkers form, GradientFilter filter) {
    Set<Partitions.Sent> before = sent(form.graph());
    Set<Partitions.Sent> after = sent(rewritten(form, filter));
    assertThat(after).containsAll(before);
    after.removeAll(before);
    // Layer b and layer c share a server: what it is told, it is told once.
    assertThat(after)
        .hasSizeBetween(1, 5)
        .allSatisfy(
            sent -> {
              assertThat(sent.from()).isEqualTo("/job:ps/task:0");
              assertThat(sent.to()).isEqualTo("/job:ps/task:1");
              assertThat(sent.tensor()).matches("grokfast/(schedule/|step/|alpha|lamb).*");
            });
  }

  @ParameterizedTest
  @MethodSource("formOfEachKindAndFilters")
  void withOneServerNothingMoreIsSent(TwoWorkers spread, GradientFilter filter) {
    TwoWorkers form = new TwoWorkers(spread.resource(), spread.averaging(), spread.momentum(), 1);
    assertThat(sent(rewritten(form, filter))).isEqualTo(sent(form.graph()));
  }

  private static Set<Partitions.Sent> sent(GraphDef graph) {
    try (RemoteSession session = session("ps:0", graph)) {
      session.run(TwoWorkers.INIT);
      return Partitions.of(
              session, RunOptions.getDefaultInstance(), TwoWorkers.batches(0), TwoWorkers.TRAIN)
          .sent();
    }
  }

  @ParameterizedTest
  @MethodSource("filters")
  void workersThatEachHaveASessionOfTheirOwnShareTheStateAndItsCounter(GradientFilter filter) {
    TwoWorkers form = new TwoWorkers(true, Averaging.MEAN, true, 2);
    GraphDef graph = rewritten(form, filter);
    try (RemoteSession first = session("worker:0", graph);
        RemoteSession second = session("worker:1", graph)) {
      first.run(TwoWorkers.INIT);
      for (int step = 0; step < STEPS; step++) {
        train(step % 2 == 0 ? first : second, step, step + 1);
      }
      assertClose(weights(second), inOneProcess(form, filter));
    }
  }

  static List<GradientFilter> filters() {
    return FILTERS;
  }

  @ParameterizedTest
  @CsvSource({"ps:0, worker:1, 0", "worker:0, worker:1, 1", "worker:0, worker:0, 1"})
  void trainingGoesOnAsIfAWorkerHadNotBeenKilled(String master, String killed, int filter)
      throws IOException, InterruptedException {
    TwoWorkers form = new TwoWorkers(true, Averaging.MEAN, true, 2);
    GraphDef graph = rewritten(form, FILTERS.get(filter));
    try (RemoteSession session = session(master, graph)) {
      session.run(TwoWorkers.INIT);
      train(session, 0, 4);
      cluster.kill(killed);
      if (!killed.equals(master)) {
        // The step fails. It must leave everything as it was, the counter included.
        assertThatThrownBy(() -> train(session, 4, 5)).hasMessageContaining("worker");
      }
      // A session that has lost a member can't be closed before the member is there again.
      cluster.restart(killed);
    }
    try (RemoteSession session = session(master, graph)) {
      awaitServers(session);
      train(session, 4, STEPS);
      assertClose(weights(session), inOneProcess(form, FILTERS.get(filter)));
    }
  }

  /**
   * Fetches averages, which changes nothing, until each server has connected to the new worker:
   * gRPC fails at once while it waits to try again.
   */
  private static void awaitServers(RemoteSession session) {
    for (String variable : TwoWorkers.VARIABLES) {
      RuntimeException last = null;
      for (int attempt = 0; attempt < 1_000; attempt++) {
        try {
          session.run(
              RunOptions.getDefaultInstance(), TwoWorkers.batches(0), List.of(variable + "/mean"));
          last = null;
          break;
        } catch (TensorFlowException e) {
          last = e;
        }
      }
      if (last != null) {
        throw last;
      }
    }
  }
}
