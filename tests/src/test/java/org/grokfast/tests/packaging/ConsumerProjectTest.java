package org.grokfast.tests.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The project in docs/examples/library, built and run as a stranger would, against artifacts in a
 * local repository of the build's own. What others publish comes from the repository of the user
 * who runs this build, which is read as if it were a remote one: nothing is written there and
 * nothing comes over the network.
 */
@Tag("process")
class ConsumerProjectTest {
  private static final Path EXAMPLE = Checkout.ROOT.resolve("docs/examples/library");
  private static final Path OWN = Checkout.ROOT.resolve("tests/target/consumer/repository");
  private static final String PLATFORM = System.getProperty("grokfast.native.classifier", "");

  @TempDir static Path folder;

  @BeforeAll
  static void install() throws IOException {
    Path users = Path.of(System.getProperty("grokfast.maven.repository", ""));
    assumeTrue(Files.isDirectory(users.resolve("org/tensorflow")), "run by Maven only");
    assumeTrue(Files.isExecutable(maven()), "mvn is not on the PATH");
    install("grokfast-plugin", Checkout.jar("plugin"), Checkout.ROOT.resolve("plugin/pom.xml"));
    install("grokfast-parent", null, Checkout.ROOT.resolve("pom.xml"));
    install("grokfast-bom", null, Checkout.ROOT.resolve("plugin/bom/pom.xml"));
    Files.writeString(
        folder.resolve("settings.xml"),
        """
        <settings>
          <localRepository>%s</localRepository>
          <mirrors>
            <mirror>
              <id>downloaded</id>
              <mirrorOf>*</mirrorOf>
              <url>%s</url>
            </mirror>
          </mirrors>
        </settings>
        """
            .formatted(OWN, users.toUri()));
  }

  /** What {@code mvn install} does for an artifact. */
  private static void install(String artifact, Path jar, Path pom) throws IOException {
    String version = Checkout.version();
    Path place = OWN.resolve("org/grokfast").resolve(artifact).resolve(version);
    Files.createDirectories(place);
    String name = artifact + "-" + version;
    Files.copy(pom, place.resolve(name + ".pom"), StandardCopyOption.REPLACE_EXISTING);
    if (jar != null) {
      Files.copy(jar, place.resolve(name + ".jar"), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {17, 21, 25})
  void aProgramOfAnotherProjectIsBuiltAndTrains(int feature) throws Exception {
    Optional<Path> jdk = InstalledJdks.find(feature);
    assumeTrue(jdk.isPresent(), "no JDK " + feature + " on this machine");
    Path project = folder.resolve("jdk" + feature);
    copy(EXAMPLE, project);
    List<String> command =
        List.of(
            maven().toString(),
            "-B",
            "-q",
            "-s",
            folder.resolve("settings.xml").toString(),
            "-Dgrokfast.version=" + Checkout.version(),
            "-Dtensorflow.platform=" + PLATFORM,
            "compile",
            "exec:exec");
    Path log = folder.resolve("log" + feature);
    ProcessBuilder builder = new ProcessBuilder(command).directory(project.toFile());
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("MAVEN_"));
    builder.environment().put("JAVA_HOME", jdk.get().toString());
    int code = builder.start().waitFor();
    String said = Files.readString(log, StandardCharsets.UTF_8);
    assertThat(code).as(said).isZero();
    assertThat(said)
        .contains("1 of 1 trained variables filtered", "evidence: apply-op: ApplyAdam", "w = 3.00");
    assertThat(project.resolve("target/classes/org/example/Regression.class")).isRegularFile();
    assertThat(jars("org/tensorflow/tensorflow-core-native"))
        .as("one native library, the program's choice")
        .hasSize(2)
        .anyMatch(name -> name.endsWith(PLATFORM + ".jar"));
    assertThat(jars("com/google/protobuf/protobuf-java"))
        .as("the version of the BOM, though TensorFlow's comes first")
        .hasSize(1)
        .allMatch(name -> name.startsWith("protobuf-java-3.25."));
  }

  private static List<String> jars(String artifact) throws IOException {
    try (Stream<Path> files = Files.walk(OWN.resolve(artifact))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".jar"))
          .toList();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path relative = from.relativize(file);
        if (!relative.startsWith("target")) {
          Path copy = to.resolve(relative.toString());
          Files.createDirectories(copy.getParent());
          Files.copy(file, copy);
        }
      }
    }
  }

  private static Path maven() {
    for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
      Path program = Path.of(folder, "mvn");
      if (Files.isExecutable(program)) {
        return program;
      }
    }
    return Path.of("mvn");
  }
}
