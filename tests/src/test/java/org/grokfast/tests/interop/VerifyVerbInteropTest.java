package org.grokfast.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.grokfast.io.Overwrite;
import org.grokfast.tensorflow.file.GraphFile;
import org.grokfast.tensorflow.file.GraphFileReader;
import org.grokfast.tensorflow.file.GraphFileWriter;
import org.grokfast.tools.Main;
import org.grokfast.tools.console.ExitCode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import picocli.CommandLine;

/** {@code grokfast rewrite} and then {@code grokfast verify}, on graphs of Python TensorFlow. */
@Tag("process")
class VerifyVerbInteropTest {
  private static final String FILTER = "_grokfast_filter";

  @TempDir Path folder;

  static Stream<Fixture> fixtures() {
    var names =
        Stream.of(
                "v1_adam_dense_ref",
                "v1_rmsprop_dense_resource",
                "v1_momentum_sparse_resource",
                "v1_adam_sparse_ref",
                "v1_float64_momentum_resource",
                "v1_float16_sgd_ref",
                "v1_clip_global_norm",
                "v1_cond_switch_ref",
                "v1_accumulate_switch_ref",
                "v1_parameter_server",
                "v1_alternating",
                "v1_same_variable",
                "v1_two_devices_ref",
                "v1_saver_sharded",
                "k3_adam",
                "k3_adam_sparse",
                "v2_cond",
                "v2_nested_update_1",
                "v2_two_optimizers")
            .toList();
    return Fixture.all().stream().filter(fixture -> names.contains(fixture.name()));
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void aRewrittenGraphIsVerified(Fixture fixture) {
    String original = fixture.path().toString();
    String rewritten = folder.resolve("rewritten").toString();
    run("rewrite", original, "-o", rewritten);
    run("verify", original, rewritten, "--steps", "5");
  }

  @ParameterizedTest
  @CsvSource({
    "v1_adam_dense_ref, ''",
    "v1_cond_switch_ref, --filter none",
    "v1_momentum_sparse_resource, --filter none",
    "raw_adam, --exclude b",
    "v2_two_optimizers, ''"
  })
  void passesAreVerifiedWithTheWeights(String name, String filter) {
    String original = Fixture.named(name).path().toString();
    String rewritten = folder.resolve("rewritten").toString();
    List<String> words =
        new ArrayList<>(List.of("rewrite", original, "-o", rewritten, "--lookahead", "2,0.5"));
    words.addAll(List.of("--decoupled-weight-decay", "0.1"));
    words.addAll(filter.isEmpty() ? List.of() : List.of(filter.split(" ", -1)));
    run(words.toArray(new String[0]));
    assertThat(run("verify", original, rewritten, "--steps", "5"))
        .doesNotContain("weights were not compared");
  }

  /** A graph whose passes are others than it says. */
  @Test
  void anotherLookaheadIsFound() {
    Path original = Fixture.named("v1_adam_dense_ref").path();
    Path rewritten = folder.resolve("rewritten");
    run("rewrite", original.toString(), "-o", rewritten.toString(), "--lookahead", "2,0.5");
    GraphFile file = new GraphFileReader().read(rewritten);
    GraphDef.Builder graph = file.graph().toBuilder();
    graph.getNodeBuilderList().stream()
        .filter(node -> node.containsAttr(FILTER))
        .forEach(
            node ->
                node.putAttr(
                    FILTER,
                    text(
                        node.getAttrOrThrow(FILTER)
                            .getS()
                            .toStringUtf8()
                            .replace("lookahead(2,0.5", "lookahead(3,0.5"))));
    Path other = folder.resolve("other");
    GraphFileWriter.write(file.withGraph(graph.build()), other, Overwrite.REFUSE);
    assertThat(
            run(ExitCode.FAILED, "verify", original.toString(), other.toString(), "--steps", "5"))
        .contains("2 of 2 filtered variables differ", "DIFFERS");
  }

  private static AttrValue text(String value) {
    return AttrValue.newBuilder().setS(ByteString.copyFromUtf8(value)).build();
  }

  /** What the filter of a function says of itself is no longer what it does. */
  @Test
  void anotherFilterInAFunctionIsFound() {
    Path original = Fixture.named("k3_momentum").path();
    Path rewritten = folder.resolve("rewritten");
    run("rewrite", original.toString(), "-o", rewritten.toString(), "--alpha", "0.9");
    GraphFile file = new GraphFileReader().read(rewritten);
    GraphDef.Builder graph = file.graph().toBuilder();
    graph.getLibraryBuilder().getFunctionBuilderList().stream()
        .flatMap(function -> function.getNodeDefBuilderList().stream())
        .filter(node -> node.containsAttr(FILTER))
        .forEach(VerifyVerbInteropTest::claimAnotherAlpha);
    Path tampered = folder.resolve("tampered");
    GraphFileWriter.write(file.withGraph(graph.build()), tampered, Overwrite.REFUSE);
    assertThat(
            run(
                ExitCode.FAILED,
                "verify",
                original.toString(),
                tampered.toString(),
                "--steps",
                "5"))
        .contains("2 of 2 filtered variables differ", "(step 4)", "identical", "DIFFERS");
  }

  private static void claimAnotherAlpha(NodeDef.Builder node) {
    String filter = node.getAttrOrThrow(FILTER).getS().toStringUtf8();
    assertThat(filter).contains("alpha=0.9,");
    ByteString other = ByteString.copyFromUtf8(filter.replace("alpha=0.9,", "alpha=0.8,"));
    node.putAttr(FILTER, AttrValue.newBuilder().setS(other).build());
  }

  @Test
  void anUpdateThatNoStepMakesIsNoSuccess() {
    String original = Fixture.named("v1_accumulate_switch_ref").path().toString();
    String rewritten = folder.resolve("rewritten.meta").toString();
    run("rewrite", original, "-o", rewritten);
    assertThat(run(ExitCode.FAILED, "verify", original, rewritten, "--steps", "1"))
        .contains("no step of 1 updated 'w'; give inputs that take its branch with --feeds");
  }

  /** With lamb 0 the weights have to be those of the sparse original, bit for bit. */
  @ParameterizedTest
  @CsvSource({
    "v1_sgd_sparse_ref, ema",
    "v1_adam_sparse_resource, ma",
    "v1_clip_global_norm_sparse, ema",
    "v1_partitioned_resource, ma"
  })
  void aLazilyFilteredGraphIsVerified(String name, String filter) {
    String original = Fixture.named(name).path().toString();
    String rewritten = folder.resolve("lazy.meta").toString();
    run("rewrite", original, "-o", rewritten, "--sparse=lazy", "--filter", filter);
    assertThat(run("verify", original, rewritten, "--steps", "5"))
        .doesNotContain("weights were not compared");
  }

  private static String run(String... arguments) {
    return run(ExitCode.DONE, arguments);
  }

  private static String run(int code, String... arguments) {
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        Main.commandLine().setOut(new PrintWriter(err)).setErr(new PrintWriter(err));
    assertThat(commandLine.execute(arguments)).as(err.toString()).isEqualTo(code);
    return err.toString();
  }
}
