package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Stream;
import org.grokfast.Grokfast;
import org.grokfast.filter.Ema;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.tools.console.ExitCode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.framework.optimizers.Adam;
import org.tensorflow.framework.optimizers.Momentum;
import org.tensorflow.framework.optimizers.Optimizer;
import org.tensorflow.framework.optimizers.RMSProp;
import org.tensorflow.proto.GraphDef;

/**
 * {@code verify} on what a training program writes whose live graph was wrapped: the optimizer's
 * ops are still there, and filtered copies of them stand beside.
 */
@Tag("native")
@Tag("process")
class VerifyWrappedGraphTest {
  @TempDir Path folder;

  static Stream<Arguments> wrapped() {
    return Stream.of(
        Arguments.of("momentum", optimizer(g -> new Momentum(g, 0.05f, 0.9f)), Ema.of(0.9, 2)),
        Arguments.of("adam", optimizer(g -> new Adam(g, 0.01f)), MovingAverage.of(4, 3)),
        Arguments.of("rmsprop", optimizer(g -> new RMSProp(g, 0.01f)), Ema.of(0.98, 5)));
  }

  private static Function<Graph, Optimizer> optimizer(Function<Graph, Optimizer> optimizer) {
    return optimizer;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrapped")
  void passes(String name, Function<Graph, Optimizer> optimizer, GradientFilter filter)
      throws IOException {
    Invocation run = verify(write(optimizer, filter));
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).as(run.out()).isEqualTo(ExitCode.DONE);
    JsonNode w = Schemas.parse("verify", run.out()).path("variables").path(0);
    assertThat(w.path("variable").asText()).isEqualTo("w");
    assertThat(w.path("gradientDifference").asDouble()).isLessThan(1e-6);
    assertThat(w.path("weightsIdentical").asBoolean()).isTrue();
  }

  @Test
  void aCopyThatTakesTheRawGradientIsFound() throws IOException {
    Path rewritten = write(g -> new Momentum(g, 0.05f, 0.9f), Ema.of(0.9, 2));
    GraphDef.Builder graph = Regression.read(rewritten).toBuilder();
    String raw =
        graph.getNodeList().stream()
            .filter(node -> node.getName().equals("grokfast/w/gradient"))
            .map(node -> node.getAttrOrThrow("_grokfast_replaces").getS().toStringUtf8())
            .findFirst()
            .orElseThrow();
    graph.getNodeBuilderList().stream()
        .filter(node -> node.getOp().equals("ApplyMomentum"))
        .forEach(node -> node.setInput(3, raw));
    Files.write(rewritten, graph.build().toByteArray());
    Invocation run = verify(rewritten);
    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("does not take the filtered gradient 'grokfast/w/gradient'");
  }

  /** Writes the graph as it is before and after the program wraps it; gives the latter. */
  private Path write(Function<Graph, Optimizer> optimizer, GradientFilter filter)
      throws IOException {
    try (Graph graph = new Graph()) {
      Regression model = Regression.build(graph, optimizer.apply(graph));
      Files.write(folder.resolve("original.pb"), graph.toGraphDef().toByteArray());
      Grokfast.wrap(graph, model.train().op(), filter);
      return Files.write(folder.resolve("wrapped.pb"), graph.toGraphDef().toByteArray());
    }
  }

  private Invocation verify(Path wrapped) {
    return Invocation.of("verify", folder.resolve("original.pb"), wrapped, "--steps", 10, "--json");
  }
}
