package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.grokfast.tools.console.ExitCode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The packaged distribution, unpacked; runs after the package phase. */
@Tag("process")
class DistributionCheck {
  private static final Path ROOT = Path.of(System.getProperty("grokfast.root", ".."));

  private static final String LAUNCHER = "/bin/grokfast";

  @TempDir static Path folder;
  private static Path home;

  @BeforeAll
  static void unpack() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      Path zip =
          files
              .filter(file -> file.getFileName().toString().matches("grokfast-.*\\.zip"))
              .findFirst()
              .orElseThrow();
      home = folder.resolve(zip.getFileName().toString().replaceFirst("\\.zip$", ""));
      try (ZipFile content = ZipFile.builder().setPath(zip).get()) {
        for (ZipArchiveEntry entry : Collections.list(content.getEntries())) {
          Path target = folder.resolve(entry.getName()).normalize();
          if (entry.isDirectory()) {
            Files.createDirectories(target);
            continue;
          }
          Files.createDirectories(target.getParent());
          try (InputStream in = content.getInputStream(entry)) {
            Files.copy(in, target);
          }
          boolean executable = (entry.getUnixMode() & 0111) != 0;
          assertThat(executable).as(entry.getName()).isEqualTo(entry.getName().endsWith(LAUNCHER));
          assertThat(target.toFile().setExecutable(executable)).isTrue();
        }
      }
    }
  }

  private static Invocation run(Object... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("sh", home.resolve("bin/grokfast").toString()));
    for (Object arg : args) {
      command.add(arg.toString());
    }
    return run(Map.of(), command);
  }

  /** Runs a script in which {@code grokfast} is on the path, in the folder of this test. */
  private static Invocation script(String script) throws IOException, InterruptedException {
    return run(
        Map.of(), List.of("sh", "-euc", "PATH=" + home.resolve("bin") + ":$PATH\n" + script));
  }

  private static Invocation run(Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    // Nothing but a Java runtime: no Maven, no class path of the build.
    builder.environment().keySet().retainAll(List.of("PATH"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    int code = builder.start().waitFor();
    return new Invocation(
        code,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  @Test
  void theZipHoldsProgramsJarsAndTextsButNoNativeLibrary() throws IOException {
    assertThat(home.resolve("bin/grokfast")).isRegularFile();
    assertThat(home.resolve("bin/grokfast.bat")).isRegularFile();
    assertThat(home.resolve("LICENSE")).isRegularFile();
    assertThat(home.resolve("README.md")).isRegularFile();
    assertThat(home.resolve("docs/cli.md")).isRegularFile();
    assertThat(home.resolve("docs/filters.md")).isRegularFile();
    assertThat(home.resolve("man/man1/grokfast-rewrite.1")).isRegularFile();
    assertThat(home.resolve("completion/grokfast.bash")).isRegularFile();
    try (Stream<Path> jars = Files.list(home.resolve("lib"))) {
      assertThat(jars.map(jar -> jar.getFileName().toString()))
          .anyMatch(name -> name.startsWith("grokfast-plugin-"))
          .anyMatch(name -> name.startsWith("grokfast-graph-tools-"))
          .noneMatch(name -> name.matches("tensorflow-core-native-.*(linux|macosx|windows).*"))
          .noneMatch(name -> name.startsWith("junit"));
    }
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs a POSIX shell")
  void fileVerbsRunWithoutTheNativeLibrary() throws Exception {
    Path graph = ROOT.resolve("plugin/src/test/resources/files/adam.pb");
    Invocation inspect = run("inspect", graph);
    assertThat(inspect.err()).isEmpty();
    assertThat(inspect.code()).isZero();
    assertThat(inspect.out()).contains("Adam");
    Path rewritten = folder.resolve("filtered.pb");
    assertThat(run("rewrite", graph, "-o", rewritten, "--fix-adam-order").code()).isZero();
    assertThat(run("strip", rewritten, "-o", folder.resolve("stripped.pb")).code()).isZero();
    assertThat(run("diff", graph, folder.resolve("stripped.pb")).code()).isZero();
    assertThat(run("--version").out()).startsWith("grokfast ").contains("TensorFlow Java ");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs a POSIX shell")
  void aRuntimeWithoutACompilerIsEnough() throws Exception {
    Path jmods = Path.of(System.getProperty("java.home"), "jmods");
    Optional<ToolProvider> jlink = ToolProvider.findFirst("jlink");
    assumeTrue(jlink.isPresent() && Files.isDirectory(jmods), "this JDK cannot make a runtime");
    Path runtime = folder.resolve("runtime");
    int made =
        jlink
            .get()
            .run(
                System.out,
                System.err,
                "--add-modules=java.se,jdk.unsupported",
                "--output=" + runtime);
    assertThat(made).isZero();
    assertThat(runtime.resolve("bin/javac")).doesNotExist();
    Path graph = ROOT.resolve("plugin/src/test/resources/files/adam.pb");
    Invocation inspect =
        run(
            Map.of("JAVA_HOME", runtime.toString(), "PATH", "/usr/bin:/bin"),
            List.of("sh", home.resolve("bin/grokfast").toString(), "inspect", graph.toString()));
    assertThat(inspect.err()).isEmpty();
    assertThat(inspect.code()).isZero();
    assertThat(inspect.out()).contains("Adam", "Rewrite it with");
  }

  /** The native library would be loaded with the classes of its interface. */
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs a POSIX shell")
  void fileVerbsLoadOnlyTheProtosOfTensorFlow() throws Exception {
    Path files = ROOT.resolve("plugin/src/test/resources/files");
    Path filtered = folder.resolve("loaded.pb");
    Path graph = files.resolve("adam.pb");
    Path onnx = ROOT.resolve("graph-tools/src/test/resources/onnx/plain-step-sgd.onnx");
    for (List<Object> words :
        List.of(
            List.<Object>of("inspect", graph),
            List.<Object>of("inspect", onnx),
            List.<Object>of("inspect", files.resolve("saved_model")),
            List.<Object>of("rewrite", graph, "-o", filtered),
            List.<Object>of("diff", graph, graph),
            List.<Object>of("strip", filtered, "-o", folder.resolve("unloaded.pb")),
            List.<Object>of("checkpoint", files.resolve("checkpoint/model")),
            List.<Object>of("rewrite", "--help"))) {
      Path log = folder.resolve("classes");
      List<String> command =
          new ArrayList<>(List.of("sh", home.resolve("bin/grokfast").toString()));
      words.forEach(word -> command.add(word.toString()));
      Invocation run = run(Map.of("GROKFAST_JAVA_OPTS", "-Xlog:class+load:file=" + log), command);
      assertThat(run.code()).as(words + run.err()).isZero();
      try (Stream<String> lines = Files.lines(log)) {
        assertThat(lines.map(line -> line.replaceFirst("^(\\[[^]]*\\])+ ", "")))
            .as(words.toString())
            .anyMatch(line -> line.startsWith("org.grokfast.tools.Main "))
            .noneMatch(line -> line.startsWith("org.bytedeco."))
            .noneMatch(line -> line.startsWith("ai.onnxruntime."))
            .noneMatch(line -> line.matches("org\\.tensorflow\\.(?!proto\\.).*"));
      }
    }
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs a POSIX shell")
  void whatInspectPrintsRunsInAShell() throws Exception {
    for (String name : List.of("adam.pb", "sgd.meta.pbtxt", "saved_model")) {
      Path graph = ROOT.resolve("plugin/src/test/resources/files").resolve(name);
      Invocation run =
          script(
              """
              rm -rf 'a b'; mkdir 'a b'; cp -R '%s' 'a b/%s'
              grokfast inspect 'a b/%2$s' >inspected
              sed '1,/^Rewrite it with$/d' inspected >command
              . ./command
              grokfast inspect 'a b'/*-grokfast* | grep '^  filter  '
              """
                  .formatted(graph, name));
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.out()).contains("ema(alpha=0.98");
    }
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs a POSIX shell")
  void pipesAndLinksWorkAsInAnyProgram() throws Exception {
    Path graph = ROOT.resolve("plugin/src/test/resources/files/adam.pb");
    Invocation run =
        script(
            """
            ln -sf '%s/bin/grokfast' linked
            ./linked rewrite - -o - <'%s' 2>/dev/null | ./linked strip - -o - 2>/dev/null \\
              | ./linked diff '%2$s' -
            { grokfast rewrite --help; echo $? >status; } | head -1
            cat status
            """
                .formatted(home, graph));
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(run.out().lines().toList()).first().isEqualTo("The graphs are equal.");
    assertThat(run.out()).contains("Usage: grokfast rewrite").endsWith("\n0\n");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs a POSIX shell")
  void verbsThatRunTensorFlowSayHowToFetchIt() throws Exception {
    Path graph = ROOT.resolve("plugin/src/test/resources/files/adam.pb");
    for (List<Object> words :
        List.of(
            List.<Object>of("verify", graph, graph),
            List.<Object>of("export", graph, "-o", folder.resolve("no")),
            List.<Object>of("train", "algorithmic", "--steps", 1))) {
      Invocation run = run(words.toArray());
      assertThat(run.code()).isEqualTo(ExitCode.FAILED);
      assertThat(run.err().lines()).hasSize(1);
      assertThat(run.err())
          .contains("org.tensorflow:tensorflow-core-native:")
          .contains("mvn dependency:copy -Dartifact=")
          .contains("-DoutputDirectory=" + home.toRealPath().resolve("lib"));
    }
  }

  @Test
  void theBillOfMaterialsNamesTheDependencies() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      Path bom =
          files
              .filter(file -> file.getFileName().toString().matches("grokfast-.*-sbom\\.json"))
              .findFirst()
              .orElseThrow();
      assertThat(Files.readString(bom, StandardCharsets.UTF_8))
          .contains("\"bomFormat\" : \"CycloneDX\"", "picocli", "tensorflow-core-api");
    }
  }
}
