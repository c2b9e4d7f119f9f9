package org.grokfast.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.options.SparseGradients;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.file.GraphFileReader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TString;

/** Laws 8 and 9 with the savers that Python TensorFlow makes: V1 and V2, sharded, of slices. */
@Tag("native")
class SaverInteropTest {
  private static final int BEFORE = 5;
  private static final int AFTER = 5;

  @TempDir Path folder;

  static Stream<Arguments> savers() {
    FilterOptions lazy = FilterOptions.builder().sparse(SparseGradients.LAZY).build();
    List<Arguments> arguments = new ArrayList<>();
    for (String name :
        List.of(
            "v1_saver_v1",
            "v1_saver_v1_sharded",
            "v1_saver_v2",
            "v1_saver_sharded",
            "v1_partitioned_ref",
            "v1_partitioned_resource")) {
      Fixture fixture = Fixture.named(name);
      arguments.add(Arguments.of(fixture, Ema.of(0.9, 2)));
      GradientFilter average = MovingAverage.of(3, 5);
      arguments.add(
          Arguments.of(
              fixture, fixture.isSparse() ? MovingAverage.of(3, 5).withOptions(lazy) : average));
    }
    return arguments.stream();
  }

  private static GraphDef original(Fixture fixture) {
    return new GraphFileReader().read(fixture.path()).graph();
  }

  @ParameterizedTest
  @MethodSource("savers")
  void aRestoredRunContinuesBitForBit(Fixture fixture, GradientFilter filter) {
    GraphDef rewritten = new GraphRewriter(filter).apply(original(fixture)).graph();
    String checkpoint;
    List<Map<String, double[]>> uninterrupted;
    try (Run run = new Run(fixture, rewritten)) {
      run.steps(0, BEFORE);
      checkpoint = run.save(folder.resolve("checkpoint"));
      uninterrupted = run.steps(BEFORE, AFTER);
    }
    try (Run run = new Run(fixture, rewritten)) {
      // Training first, so that a restore that restores nothing would show.
      run.steps(20, 2);
      run.restore(checkpoint);
      assertSame(run.steps(BEFORE, AFTER), uninterrupted);
    }
  }

  @ParameterizedTest
  @MethodSource("savers")
  void aCheckpointFromBeforeTheRewritingStartsTheFilterAfresh(
      Fixture fixture, GradientFilter filter) {
    GraphDef original = original(fixture);
    GraphDef rewritten = new GraphRewriter(filter).apply(original).graph();
    String checkpoint;
    try (Run run = new Run(fixture, original)) {
      run.steps(0, BEFORE);
      checkpoint = run.save(folder.resolve("older"));
    }
    List<Map<String, double[]>> fresh;
    try (Run run = new Run(fixture, rewritten)) {
      run.restore(checkpoint);
      fresh = run.steps(BEFORE, AFTER);
    }
    try (Run run = new Run(fixture, rewritten)) {
      // The state of these steps must not survive the restoring.
      run.steps(20, 7);
      run.restore(checkpoint);
      assertSame(run.steps(BEFORE, AFTER), fresh);
    }
  }

  @ParameterizedTest
  @MethodSource("savers")
  void strippingGivesTheSaverBack(Fixture fixture, GradientFilter filter) {
    GraphDef original = original(fixture);
    GraphDef rewritten = new GraphRewriter(filter).apply(original).graph();
    assertThat(FilterStripper.apply(rewritten)).isEqualTo(original);
  }

  @Test
  void aSaverOfTheFirstFormatWithStateThatItCannotHoldIsRefused() {
    FilterOptions options = FilterOptions.builder().statePrecision(Precision.BFLOAT16).build();
    GraphRewriter pass = new GraphRewriter(Ema.of(0.9, 2).withOptions(options));
    GraphDef graph = original(Fixture.named("v1_saver_v1"));
    assertThatThrownBy(() -> pass.apply(graph))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessage(
            "the saver 'save/save' writes checkpoints of the V1 format, which cannot hold the state"
                + " 'grokfast/w/ema' of bfloat16; choose state-dtype=float32");
  }

  @Test
  void aCheckpointOfTheFirstFormatIsOneFile() {
    Fixture fixture = Fixture.named("v1_saver_v1");
    GraphDef rewritten = new GraphRewriter(Ema.of(0.9, 2)).apply(original(fixture)).graph();
    try (Run run = new Run(fixture, rewritten)) {
      Path checkpoint = Path.of(run.save(folder.resolve("one")));
      assertThat(Files.isRegularFile(checkpoint)).isTrue();
    }
  }

  private static void assertSame(
      List<Map<String, double[]>> found, List<Map<String, double[]>> expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      Map<String, double[]> step = expected.get(i);
      found.get(i).forEach((name, values) -> assertThat(values).isEqualTo(step.get(name)));
    }
  }

  /** A session that trains a fixture. */
  private static final class Run implements AutoCloseable {
    private final Fixture fixture;
    private final Graph graph = new Graph();
    private final Session session;

    Run(Fixture fixture, GraphDef def) {
      this.fixture = fixture;
      graph.importGraphDef(def);
      session = new Session(graph, FixtureRun.ONE_THREAD);
      session.runner().addTarget(fixture.init()).run().close();
    }

    List<Map<String, double[]>> steps(int from, int count) {
      List<Map<String, double[]>> weights = new ArrayList<>();
      for (int t = from; t < from + count; t++) {
        FixtureRun.step(session, fixture, t);
        weights.add(FixtureRun.read(session, fixture));
      }
      return weights;
    }

    /** Saves a checkpoint and returns its name, as the saver says it. */
    String save(Path prefix) {
      try (TString name = TString.scalarOf(prefix.toString());
          Result result =
              session
                  .runner()
                  .feed(fixture.saver("filename"), name)
                  .fetch(fixture.saver("save"))
                  .run()) {
        return ((TString) result.get(0)).getObject();
      }
    }

    void restore(String checkpoint) {
      try (TString name = TString.scalarOf(checkpoint)) {
        session
            .runner()
            .feed(fixture.saver("filename"), name)
            .addTarget(fixture.saver("restore"))
            .run()
            .close();
      }
    }

    @Override
    public void close() {
      session.close();
      graph.close();
    }
  }
}
