package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.grokfast.Grokfast;
import org.grokfast.filter.Ema;
import org.grokfast.tensorflow.live.GrokfastOptimizer;
import org.grokfast.tensorflow.live.WrapOptions;
import org.grokfast.tensorflow.live.WrappedGraph;
import org.grokfast.tools.console.ExitCode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.Graph;
import org.tensorflow.Operation;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.framework.optimizers.Momentum;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** What a program writes whose live graph has a filter is read back by every verb. */
@Tag("native")
@Tag("process")
class WrappedFilesTest {
  private static final Ema FILTER = Ema.of(0.9, 2);

  @TempDir Path folder;

  /** How the program comes to write a file. */
  private enum Written {
    BEFORE_ANY_SESSION("unsaved"),
    AFTER_STEPS("unsaved"),
    AFTER_SAVE("unsaved"),
    AFTER_SAVE_BY_TENSORFLOW("saved"),
    AFTER_RESTORE("unsaved"),
    AFTER_RESTORE_OF_AN_OLDER_CHECKPOINT("unsaved"),
    WRAPPED_AFTER_SAVE("saved"),
    BY_THE_OPTIMIZER("unsaved"),
    BY_THE_OPTIMIZER_AFTER_SAVE("saved"),
    EXPORTED("exported"),
    EXPORTED_BY_TENSORFLOW("exported"),
    EXPORTED_AFTER_SAVE_AND_RESTORE("exported"),
    EXPORTED_BY_THE_OPTIMIZER("exported");

    private final String original;

    Written(String original) {
      this.original = original;
    }
  }

  /** The same program without a filter writes unsaved, saved and exported. */
  @BeforeEach
  void writeOriginals() throws IOException {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Regression model = Regression.build(graph);
      write(graph, "unsaved");
      session.initialize();
      steps(session, model.train().op());
      session.save(folder.resolve("older").toString());
      write(graph, "saved");
      export(session, model, "exported");
    }
  }

  private Path write(Graph graph, String name) throws IOException {
    return Files.write(folder.resolve(name), graph.toGraphDef().toByteArray());
  }

  private Path export(Session session, Regression model, String name) throws IOException {
    Path target = folder.resolve(name);
    SavedModelBundle.exporter(target.toString())
        .withSession(session)
        .withSignature(
            Signature.builder("serving_default")
                .input("x", model.x())
                .output("y", model.y())
                .build())
        .export();
    return target;
  }

  private static void steps(Session session, Operation train) {
    float[][] batch = {{1, 2, -1}, {0.5f, 2, 0}};
    for (int step = 0; step < 3; step++) {
      try (TFloat32 value = TFloat32.tensorOf(StdArrays.ndCopyOf(batch))) {
        session.runner().feed("x", value).addTarget(train).run().close();
      }
    }
  }

  private Path write(Written form) throws IOException {
    boolean byOptimizer = form.name().contains("BY_THE_OPTIMIZER");
    String checkpoint = folder.resolve("checkpoint").toString();
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Momentum momentum = new Momentum(graph, 0.05f, 0.9f, false);
      Regression model =
          Regression.build(graph, byOptimizer ? new GrokfastOptimizer(momentum, FILTER) : momentum);
      if (form == Written.WRAPPED_AFTER_SAVE) {
        session.save(checkpoint);
      }
      Operation train = model.train().op();
      if (!byOptimizer) {
        WrapOptions options = WrapOptions.of(FILTER);
        boolean own = form.name().contains("BY_TENSORFLOW");
        WrappedGraph wrapped = Grokfast.wrap(graph, train, own ? options.withoutSaver() : options);
        train = wrapped.trainOp();
      }
      if (form == Written.BEFORE_ANY_SESSION) {
        return write(graph, "wrapped");
      }
      if (form == Written.AFTER_RESTORE_OF_AN_OLDER_CHECKPOINT) {
        session.restore(folder.resolve("older").toString());
      }
      session.initialize();
      steps(session, train);
      if (form.name().contains("SAVE") || form.name().contains("AFTER_RESTORE")) {
        session.save(checkpoint);
      }
      if (form.name().endsWith("RESTORE")) {
        session.restore(checkpoint);
      }
      return form.name().startsWith("EXPORTED")
          ? export(session, model, "wrapped")
          : write(graph, "wrapped");
    }
  }

  private static Invocation done(Object... args) {
    Invocation run = Invocation.of(args);
    assertThat(run.code()).as(run.out() + run.err()).isEqualTo(ExitCode.DONE);
    return run;
  }

  @ParameterizedTest
  @EnumSource
  void isInspectedStrippedRewrittenAndVerified(Written form) throws IOException {
    Path original = folder.resolve(form.original);
    Path wrapped = write(form);
    assertThat(done("inspect", wrapped, "--json").out())
        .contains("\"variable\" : \"w\"")
        .contains("ema(alpha=0.9, lamb=2.0");
    done("verify", original, wrapped, "--steps", 4);

    Path stripped = folder.resolve("stripped");
    done("strip", wrapped, "-o", stripped);
    Invocation diff = Invocation.of("diff", original, stripped);
    if (form.name().contains("OPTIMIZER")) {
      // Its slots were made after the filter's state, so that the saver counts its ops otherwise.
      assertThat(diff.out()).doesNotContain("grokfast");
    } else {
      assertThat(diff.out()).isEqualTo("The graphs are equal.\n");
    }

    Path again = folder.resolve("again");
    done("rewrite", wrapped, "--replace", "--filter", "ema", "--lamb", 5, "-o", again);
    assertThat(done("inspect", again).out()).contains("ema(alpha=0.98, lamb=5.0");
    if (form == Written.EXPORTED) {
      done("verify", original, again, "--steps", 4);
    }
  }

  /** A strip that only loses nodes would leave a model that can't be loaded. */
  @Test
  void aStrippedModelIsLoadedWithItsTrainedWeights() throws IOException {
    Path wrapped = write(Written.EXPORTED);
    Path stripped = folder.resolve("stripped");
    done("strip", wrapped, "-o", stripped);
    float[][] weights;
    try (SavedModelBundle bundle = SavedModelBundle.load(wrapped.toString(), "serve")) {
      weights = Regression.weights(bundle.session());
    }
    try (SavedModelBundle bundle = SavedModelBundle.load(stripped.toString(), "serve")) {
      assertThat(Regression.weights(bundle.session())).isDeepEqualTo(weights);
      assertThat(bundle.graph().operation("grokfast/w/ema")).isNull();
    }
  }

  @Test
  void aSignatureOfTheWrappedTrainOpIsOneOfTheOriginalThen() throws IOException {
    Path exported = folder.resolve("training");
    String trainOp;
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Regression model = Regression.build(graph);
      trainOp = model.train().op().name();
      Op wrapped = Grokfast.wrap(graph, model.train(), FILTER)::trainOp;
      Ops tf = Ops.create(graph);
      var done = tf.withName("done").withControlDependencies(wrapped).identity(model.y());
      session.initialize();
      SavedModelBundle.exporter(exported.toString())
          .withSession(session)
          .withSignature(Signature.builder("train").input("x", model.x()).output("y", done).build())
          .export();
    }
    Path stripped = folder.resolve("stripped");
    done("strip", exported, "-o", stripped);
    try (SavedModelBundle bundle = SavedModelBundle.load(stripped.toString(), "serve")) {
      assertThat(
              Stream.of(bundle.metaGraphDef().getGraphDef())
                  .flatMap(graph -> graph.getNodeList().stream())
                  .filter(node -> node.getName().equals("done"))
                  .flatMap(node -> node.getInputList().stream()))
          .contains("^" + trainOp);
      WrappedGraph wrapped = Grokfast.wrap(bundle, "train", FILTER);
      assertThat(wrapped.trainOp().name()).isEqualTo("grokfast/train/done");
    }
  }
}
