package org.grokfast.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.grokfast.filter.Ema;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.file.GraphFileReader;
import org.grokfast.tensorflow.serving.InferenceExport;
import org.grokfast.tools.Main;
import org.grokfast.tools.console.ExitCode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.Tensor;
import org.tensorflow.proto.GraphDef;
import picocli.CommandLine;

/**
 * Models for serving made of graphs of Python TensorFlow: what they compute is what the training
 * graph computes, from reference and resource variables alike.
 */
@Tag("native")
class ExportInteropTest {
  /** The same ops on the same values; a loader may fold constants and so round differently. */
  private static final double TOLERANCE = 1e-6;

  @TempDir Path folder;

  static Stream<Fixture> sessions() {
    return named(
        "v1_adam_dense_ref",
        "v1_adam_dense_resource",
        "v1_adam_sparse_resource",
        "v1_momentum_sparse_ref",
        "v1_ftrl_dense_resource",
        "v1_float64_momentum_resource",
        "v1_float16_momentum_resource",
        "v1_bfloat16_sgd_ref",
        "v1_partitioned_resource",
        "v1_partitioned_ref",
        "v1_shared_embedding_resource",
        "v1_saver_sharded",
        "v1_two_devices_resource",
        "v1_many_variables",
        "graphdef_adam_resource");
  }

  static Stream<Fixture> savedModels() {
    return named(
        "savedmodel_v1_adam_resource",
        "savedmodel_v1_ftrl_sparse_resource",
        "savedmodel_v1_momentum_ref",
        "k3_adam",
        "k3_momentum_sparse",
        "k3_lion",
        "raw_momentum_float64",
        "raw_sgd_bfloat16",
        "v2_assigned",
        "v2_cond",
        "v2_two_optimizers",
        "v2_while");
  }

  private static Stream<Fixture> named(String... names) {
    Set<String> wanted = Set.of(names);
    List<Fixture> found =
        Fixture.all().stream().filter(fixture -> wanted.contains(fixture.name())).toList();
    assertThat(found).hasSize(names.length);
    return found.stream();
  }

  @ParameterizedTest
  @MethodSource("sessions")
  void aTrainedSessionsModelComputesTheSameWithoutTheOptimizer(Fixture fixture) throws IOException {
    GraphDef original = new GraphFileReader().read(fixture.path()).graph();
    GraphDef rewritten = new GraphRewriter(Ema.of(0.9, 2)).apply(original).graph();
    Path serving = folder.resolve("serving");
    Map<String, double[]> expected = new LinkedHashMap<>();
    try (Graph graph = new Graph()) {
      graph.importGraphDef(FixtureRun.importable(fixture, rewritten));
      try (Session session = new Session(graph, FixtureRun.ONE_THREAD)) {
        session.runner().addTarget(fixture.init()).run().close();
        expected.putAll(FixtureRun.train(fixture, session));
        String loss = fixture.json().get("run").get("loss").asText();
        expected.put("loss", fetch(session, fixture, loss));
        Signature.Builder signature =
            Signature.builder("serving_default").output("loss", graph.outputOrThrow(loss));
        fixture.weights().forEach(w -> signature.output(w.name(), graph.outputOrThrow(w.read())));
        fixture.feeds().forEach(f -> signature.input(f.name(), graph.outputOrThrow(f.name())));
        InferenceExport.export(session, serving, List.of(signature.build()));
      }
    }
    try (SavedModelBundle bundle = load(serving, "serve")) {
      requireNoTraining(bundle.metaGraphDef().getGraphDef());
      bundle
          .signatures()
          .get(0)
          .getOutputs()
          .forEach(
              (name, tensor) ->
                  assertThat(fetch(bundle.session(), fixture, tensor.name))
                      .as(name)
                      .containsExactly(expected.get(name), within(TOLERANCE)));
    }
  }

  @ParameterizedTest
  @MethodSource("savedModels")
  void theVerbTakesTheValuesOfATrainingSavedModelAlong(Fixture fixture) {
    Path serving = folder.resolve("serving");
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        Main.commandLine()
            .setOut(new PrintWriter(StringWriter.nullWriter()))
            .setErr(new PrintWriter(err));
    int code = commandLine.execute("export", fixture.path().toString(), "-o", serving.toString());
    assertThat(code).as(err.toString()).isEqualTo(ExitCode.DONE);
    String[] tags = fixture.form().equals("savedmodel") ? tags("serve") : tags("serve", "train");
    try (SavedModelBundle training = load(fixture.path(), tags);
        SavedModelBundle exported = load(serving, "serve")) {
      requireNoTraining(exported.metaGraphDef().getGraphDef());
      Map<String, String> trained = outputs(training);
      Map<String, String> served = outputs(exported);
      assertThat(served).containsOnlyKeys(trained.keySet()).isNotEmpty();
      served.forEach(
          (name, tensor) ->
              assertThat(fetch(exported.session(), fixture, tensor))
                  .as(name)
                  .containsExactly(fetch(training.session(), fixture, trained.get(name))));
    }
  }

  private static String[] tags(String... tags) {
    return tags;
  }

  private static SavedModelBundle load(Path folder, String... tags) {
    return SavedModelBundle.loader(folder.toString())
        .withTags(tags)
        .withConfigProto(FixtureRun.ONE_THREAD)
        .load();
  }

  /** The tensors of the signature that reads the weights, the one that does not train. */
  private static Map<String, String> outputs(SavedModelBundle bundle) {
    return bundle.signatures().stream()
        .filter(signature -> signature.key().equals("weights"))
        .flatMap(signature -> signature.getOutputs().entrySet().stream())
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().name));
  }

  private static double[] fetch(Session session, Fixture fixture, String tensor) {
    List<Tensor> fed = new ArrayList<>();
    try {
      Session.Runner runner = session.runner().fetch(tensor);
      for (Fixture.Feed feed : fixture.feeds()) {
        if (session.graph().operation(feed.name().replaceFirst(":0$", "")) != null) {
          Tensor value = FixtureRun.tensor(feed, Fixture.STEPS);
          fed.add(value);
          runner.feed(feed.name(), value);
        }
      }
      try (Result result = runner.run()) {
        return FixtureRun.values(result.get(0));
      }
    } finally {
      fed.forEach(Tensor::close);
    }
  }

  private static void requireNoTraining(GraphDef graph) {
    List<String> ops = new ArrayList<>();
    graph.getNodeList().forEach(node -> ops.add(node.getName() + " " + node.getOp()));
    graph
        .getLibrary()
        .getFunctionList()
        .forEach(f -> f.getNodeDefList().forEach(node -> ops.add(node.getName() + node.getOp())));
    assertThat(ops).noneMatch(op -> op.matches(".*(grokfast|Apply|gradients|Gradients).*"));
  }
}
