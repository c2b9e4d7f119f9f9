package org.grokfast.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.grokfast.filter.Ema;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.StateTensor;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tests.cluster.Replicas.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.RunOptions;

/**
 * Rewritten graphs of three workers that each keep the weights and average their gradients in a
 * ring, in three processes.
 */
@Tag("native")
@Tag("process")
class CollectiveTest {
  private static final int STEPS = 7;
  private static final Offset<Float> CLOSE = Offset.offset(1e-5f);
  private static final List<GradientFilter> FILTERS =
      List.of(Ema.of(0.9, 2), MovingAverage.of(3, 2));

  private static final String READER = "/whole";

  private static Cluster cluster;

  @BeforeAll
  static void startCluster() throws IOException {
    cluster = Cluster.start(Replicas.jobs());
  }

  @AfterAll
  static void endCluster() {
    cluster.close();
  }

  static Stream<Arguments> formsAndFilters() {
    return Stream.of(
            new Replicas(true, Exchange.COLLECTIVE_REDUCE),
            new Replicas(false, Exchange.COLLECTIVE_REDUCE_V2),
            new Replicas(true, Exchange.COLLECTIVE_REDUCE_V2))
        .flatMap(form -> FILTERS.stream().map(filter -> Arguments.of(form, filter)));
  }

  private static GraphDef rewritten(Replicas form, GradientFilter filter) {
    return new GraphRewriter(filter).apply(form.graph()).graph();
  }

  private static RemoteSession session(GraphDef graph) {
    ConfigProto.Builder config = ConfigProto.newBuilder().setOperationTimeoutInMs(60_000);
    config.getExperimentalBuilder().setCollectiveGroupLeader(Replicas.LEADER);
    return new RemoteSession(cluster.target("worker:0"), graph, config.build());
  }

  /** The graph with a node that reads each variable of a filter. */
  private static GraphDef withReaders(GraphDef graph) {
    GraphDef.Builder result = graph.toBuilder();
    for (NodeDef node : graph.getNodeList()) {
      boolean resource = node.getOp().equals("VarHandleOp");
      if (node.getName().startsWith("grokfast/")
          && (resource || node.getOp().equals("VariableV2"))) {
        result
            .addNodeBuilder()
            .setName(node.getName() + READER)
            .setOp(resource ? "ReadVariableOp" : "Identity")
            .addInput(node.getName())
            .putAttr(resource ? "dtype" : "T", node.getAttrOrThrow("dtype"));
      }
    }
    return result.build();
  }

  private static RunOptions step() {
    RunOptions.Builder options = RunOptions.newBuilder();
    options.getExperimentalBuilder().setCollectiveGraphKey(1);
    return options.build();
  }

  private static void train(RemoteSession session, int steps) {
    session.run(Replicas.INIT);
    for (int step = 0; step < steps; step++) {
      session.run(step(), Replicas.batches(step), List.of(), Replicas.TRAIN);
    }
  }

  @ParameterizedTest
  @MethodSource("formsAndFilters")
  void weightsOfEachWorkerAreThoseOfOneProcess(Replicas form, GradientFilter filter) {
    GraphDef plain = rewritten(new Replicas(form.resource(), Exchange.PLAIN), filter);
    try (RemoteSession one = new RemoteSession("", plain, ConfigProto.getDefaultInstance());
        RemoteSession session = session(rewritten(form, filter))) {
      train(one, STEPS);
      train(session, STEPS);
      float[] expected = one.fetch(Replicas.weights(0) + "/read");
      for (int worker = 0; worker < Replicas.WORKERS; worker++) {
        float[] weights = session.fetch(Replicas.weights(worker) + "/read");
        assertThat(weights).as("worker %d", worker).containsExactly(expected, CLOSE);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("formsAndFilters")
  void eachWorkerKeepsTheSameStateOfItsOwn(Replicas form, GradientFilter filter) {
    try (RemoteSession session = session(withReaders(rewritten(form, filter)))) {
      train(session, STEPS);
      for (StateTensor tensor : filter.state()) {
        String state = "/" + tensor.name() + READER;
        float[] first = session.fetch("grokfast/" + Replicas.weights(0) + state);
        assertThat(first).doesNotContain(0f);
        for (int worker = 1; worker < Replicas.WORKERS; worker++) {
          assertThat(session.fetch("grokfast/" + Replicas.weights(worker) + state))
              .as("%s of worker %d", tensor.name(), worker)
              .containsExactly(first);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("formsAndFilters")
  void gradientsAreFilteredBehindTheRingAndOnlyScalarsAreSentBesides(
      Replicas form, GradientFilter filter) {
    Partitions before = partitions(form.graph());
    Partitions after = partitions(rewritten(form, filter));
    Map<String, Set<String>> devices = after.devices("grokfast/replica");
    for (int worker = 0; worker < Replicas.WORKERS; worker++) {
      String mine = "grokfast/" + Replicas.weights(worker) + "/";
      assertThat(devices.get(Replicas.device(worker)))
          .isNotEmpty()
          .allMatch(node -> node.startsWith(mine));
    }
    Set<Partitions.Sent> sent = after.sent();
    sent.removeAll(before.sent());
    assertThat(sent)
        .isNotEmpty()
        .allSatisfy(
            each -> {
              assertThat(each.from()).isEqualTo(Replicas.device(0));
              assertThat(each.tensor()).matches("grokfast/(schedule/|step/|alpha|lamb).*");
            });
  }

  private static Partitions partitions(GraphDef graph) {
    try (RemoteSession session = session(graph)) {
      session.run(Replicas.INIT);
      return Partitions.of(session, step(), Replicas.batches(0), Replicas.TRAIN);
    }
  }
}
