package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.TextFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.proto.SavedModel;

/**
 * What a person does with a graph that was handed over, verb after verb, on a graph of every kind.
 */
@Tag("process")
class EndToEndTest {
  private static final Path ROOT = Path.of(System.getProperty("grokfast.root"));
  private static final String INTEROP = "tests/src/test/resources/interop/";
  private static final String FILES = "plugin/src/test/resources/files/";

  /** The graphs. */
  enum Kind {
    GRAPH_DEF(FILES + "adam.pb", true),
    GRAPH_DEF_TEXT(FILES + "adam.pbtxt", true),
    SPARSE_GRAPH_DEF_TEXT(INTEROP + "pbtxt/pbtxt_momentum_sparse_ref.pbtxt", true),
    META_GRAPH(INTEROP + "metagraph/v1_adam_dense_ref.meta", true),
    META_GRAPH_TEXT(FILES + "sgd.meta.pbtxt", false),
    HALF_PRECISION(INTEROP + "metagraph/v1_float16_momentum_resource.meta", true),
    SEVERAL_OPTIMIZERS(INTEROP + "metagraph/v1_alternating.meta", true),
    BRANCH(INTEROP + "metagraph/v1_cond_switch_ref.meta", true),
    SAVED_MODEL(FILES + "saved_model", false),
    SAVED_MODEL_TEXT("", false),
    KERAS(INTEROP + "savedmodel/k3_adam", false),
    NESTED_FUNCTIONS(INTEROP + "savedmodel/v2_cond_step", false),
    RAW_OPS(INTEROP + "savedmodel/raw_momentum", false),
    ONNX("graph-tools/src/test/resources/onnx/plain-step-sgd.onnx", true),
    ONNX_OPTIMIZER("tests/src/test/resources/onnx/optimizers/microsoft_adam.onnx", false),
    ONNX_ARTIFACTS("tests/src/test/resources/onnx/artifacts/adamw", false);

    private final String path;
    private final boolean verifiable;

    /** Verifying needs gradients that can be fetched, and kernels that stock runtimes have. */
    Kind(String path, boolean verifiable) {
      this.path = path;
      this.verifiable = verifiable;
    }

    boolean isOnnx() {
      return name().startsWith("ONNX");
    }

    /** A copy under a name that a shell would take apart. */
    Path copy(Path folder) throws IOException {
      Path file = ROOT.resolve(path);
      String name = "it's a " + (path.isEmpty() ? "saved_model" : file.getFileName());
      Path copy = folder.resolve(name);
      if (this == SAVED_MODEL_TEXT) {
        Path source = ROOT.resolve(FILES + "saved_model");
        copyFolder(source, copy);
        Path message = copy.resolve("saved_model.pb");
        SavedModel model = SavedModel.parseFrom(Files.readAllBytes(message));
        Files.delete(message);
        Files.writeString(
            copy.resolve("saved_model.pbtxt"), TextFormat.printer().printToString(model));
      } else if (Files.isDirectory(file)) {
        copyFolder(file, copy);
      } else {
        Files.copy(file, copy);
      }
      return copy;
    }
  }

  @TempDir Path folder;

  private static Cli.Run done(int code, Object... args) {
    Cli.Run run = Cli.run(args);
    assertThat(run.code()).as(Arrays.toString(args) + ": " + run.err()).isEqualTo(code);
    if (args[0].equals("diff") && code < 2) {
      assertThat(run.err()).as("a difference is no error").isEmpty();
    }
    return run;
  }

  @ParameterizedTest
  @EnumSource
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs a POSIX shell")
  void whatIsPrintedCanBeDoneAndUndone(Kind kind) throws Exception {
    Path original = kind.copy(folder);
    String inspect = kind.isOnnx() ? "inspect-onnx" : "inspect";
    Map<String, String> before = content(original);
    Cli.Run text = done(0, "inspect", original);
    JsonNode json = Schemas.parse(inspect, done(0, "inspect", original, "--json").out());
    assertThat(json.get("sites")).isNotEmpty();

    List<String> words = words(text.out());
    assertThat(words).startsWith("rewrite", original.toString());
    Path rewritten = Path.of(words.get(words.size() - 1));
    done(0, words.toArray());
    assertThat(rewritten.getParent()).isEqualTo(folder);
    assertThat(content(original)).as("the original").isEqualTo(before);
    assertThat(Schemas.parse(inspect, done(0, "inspect", rewritten, "--json").out()).toString())
        .contains("ema(alpha=0.98");

    assertThat(done(1, words.toArray()).err()).contains("already exists").contains("--force");
    Map<String, String> first = content(rewritten);
    words.add("--force");
    done(0, words.toArray());
    assertThat(content(rewritten)).as("the second time").isEqualTo(first);
    assertThat(done(1, "rewrite", rewritten, "--dry-run").err()).contains("--replace");

    JsonNode diff = Schemas.parse("diff", done(1, "diff", original, rewritten, "--json").out());
    assertThat(diff.get("nodes").get("removed")).isEmpty();
    Path picture = folder.resolve("changes.svg");
    done(kind.isOnnx() ? 2 : 1, "diff", original, rewritten, "--svg", picture);
    assertThat(Files.exists(picture)).isEqualTo(!kind.isOnnx());

    Path stripped = folder.resolve("stripped");
    JsonNode report =
        Schemas.parse("strip", done(0, "strip", rewritten, "-o", stripped, "--json").out());
    assertThat(report.get("notes").toString()).contains("took out ema(");
    assertThat(done(0, "diff", original, stripped).out()).isEqualTo("The graphs are equal.\n");
    assertThat(done(3, "strip", stripped, "-o", folder.resolve("no")).err()).contains("no filter");
    assertThat(folder.resolve("no")).doesNotExist();
  }

  @ParameterizedTest
  @EnumSource
  void aDryRunSaysTheSameAsTheRewriteAndWritesNothing(Kind kind) throws IOException {
    Path original = kind.copy(folder);
    String options = "--filter=ma --window=3 --sparse=densify --force";
    Object[] words = Stream.of("rewrite", original, "--json").toArray();
    Object[] more = options.split(" ");
    Path out = folder.resolve("out");
    JsonNode dry =
        Schemas.parse("rewrite", done(0, concat(words, more, "-o", out, "--dry-run")).out());
    assertThat(out).doesNotExist();
    JsonNode wet = Schemas.parse("rewrite", done(0, concat(words, more, "-o", out)).out());
    assertThat(out).exists();
    assertThat(wet.get("sites")).isEqualTo(dry.get("sites"));
    assertThat(wet.get("stateVariables")).isEqualTo(dry.get("stateVariables"));
    assertThat(wet.get("filter").asText()).startsWith("ma(window=3, lamb=5.0");
    assertThat(wet.get("dryRun").asBoolean()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void aPipeGivesWhatFilesGive(Kind kind) throws IOException {
    Path original = kind.copy(folder);
    if (Files.isDirectory(original)) {
      String wrong = done(1, "rewrite", original, "-o", "-").err();
      assertThat(wrong).contains("folder").contains("Give -o FOLDER");
      return;
    }
    Cli.Run rewrite = Cli.feed(Files.readAllBytes(original), "rewrite", "-", "-o", "-");
    assertThat(rewrite.code()).as(rewrite.err()).isZero();
    Path out = folder.resolve("out");
    done(0, "rewrite", original, "-o", out);
    assertThat(rewrite.bytes().toByteArray()).isEqualTo(Files.readAllBytes(out));
    Cli.Run strip = Cli.feed(rewrite.bytes().toByteArray(), "strip", "-", "-o", "-");
    assertThat(strip.code()).as(strip.err()).isZero();
    Cli.Run diff = Cli.feed(strip.bytes().toByteArray(), "diff", original, "-");
    assertThat(diff.code()).as(diff.out()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void whatWasRewrittenIsVerified(Kind kind) throws IOException {
    assumeTrue(
        kind.verifiable, "tests of the verb itself and of the training runtime cover this kind");
    Path original = kind.copy(folder);
    Path out = folder.resolve("out");
    done(0, "rewrite", original, "-o", out);
    Cli.Run run = done(0, "verify", original, out, "--steps", 3, "--json");
    assertThat(Schemas.parse("verify", run.out()).get("passed").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"SAVED_MODEL", "SAVED_MODEL_TEXT", "KERAS", "NESTED_FUNCTIONS", "RAW_OPS"})
  void aSavedModelHasACheckpoint(Kind kind) throws IOException {
    Path original = kind.copy(folder);
    JsonNode json =
        Schemas.parse("checkpoint", done(0, "checkpoint", original, "--check", "--json").out());
    assertThat(json.get("variables")).isNotEmpty();
  }

  private static Object[] concat(Object[] first, Object[] second, Object... third) {
    return Stream.of(first, second, third).flatMap(Arrays::stream).toArray();
  }

  /** The words of the printed command as a shell reads them, without the program's name. */
  private static List<String> words(String text) throws IOException, InterruptedException {
    String command = text.substring(text.indexOf("Rewrite it with\n") + 16);
    Process shell =
        new ProcessBuilder("sh", "-eu").redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (var in = shell.getOutputStream()) {
      in.write("grokfast() { printf '%s\\0' \"$@\"; }\n".getBytes(StandardCharsets.UTF_8));
      in.write(command.getBytes(StandardCharsets.UTF_8));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    shell.getInputStream().transferTo(out);
    assertThat(shell.waitFor()).isZero();
    return new ArrayList<>(List.of(out.toString(StandardCharsets.UTF_8).split("\0", 0)));
  }

  private static void copyFolder(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }

  /** Every file of an output with its bytes. */
  private static Map<String, String> content(Path output) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(output)) {
      for (Path file : paths.filter(Files::isRegularFile).toList()) {
        files.put(
            output.relativize(file).toString(),
            Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return files;
  }
}
