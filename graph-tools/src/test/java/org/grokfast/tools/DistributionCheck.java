package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The packaged distribution, unpacked; runs after the package phase. */
class DistributionCheck {
  private static final Path ROOT = Path.of(System.getProperty("grokfast.root", ".."));

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
      try (ZipFile content = new ZipFile(zip.toFile())) {
        for (ZipEntry entry : Collections.list(content.entries())) {
          Path target = folder.resolve(entry.getName()).normalize();
          if (entry.isDirectory()) {
            Files.createDirectories(target);
            continue;
          }
          Files.createDirectories(target.getParent());
          try (InputStream in = content.getInputStream(entry)) {
            Files.copy(in, target);
          }
        }
      }
    }
  }

  private static Invocation run(Object... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("sh", home.resolve("bin/grokfast").toString()));
    for (Object arg : args) {
      command.add(arg.toString());
    }
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    // Nothing but a Java runtime: no Maven, no class path of the build.
    builder.environment().keySet().retainAll(List.of("PATH"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
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
