package org.grokfast.tests.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Maven Central asks of a POM, and what a program that depends on it must not get. */
class PublishedPomTest {
  private static final Pattern PROPERTY = Pattern.compile("\\$\\{([^}]+)}");
  private static final Pom PARENT = pom("");
  private static final Pom BOM = pom("plugin/bom");

  private static Pom pom(String module) {
    return Pom.read(Checkout.ROOT.resolve(module).resolve("pom.xml"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "plugin/bom", "plugin", "models", "graph-tools", "spark"})
  void aPublishedPomSaysWhatItIs(String module) {
    Pom pom = pom(module);
    assertThat(pom.text("/project/name")).isNotEmpty();
    assertThat(pom.text("/project/description")).isNotEmpty();
    assertThat(pom.text("/project/packaging")).isIn("", "pom");
    // A module inherits these; nothing else has a parent.
    Pom origin = pom.text("/project/parent/artifactId").isEmpty() ? pom : PARENT;
    assertThat(origin.text("/project/url")).startsWith("https://");
    assertThat(origin.text("/project/licenses/license/name")).isEqualTo("Apache-2.0");
    assertThat(origin.text("/project/licenses/license/url")).startsWith("https://");
    assertThat(origin.text("/project/developers/developer/name")).isNotEmpty();
    for (String part : List.of("connection", "developerConnection", "url")) {
      assertThat(origin.text("/project/scm/" + part)).as(part).isNotEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "plugin/bom", "plugin", "models", "graph-tools", "spark", "tests"})
  void versionsAreFixedAndComeFromCentral(String module) {
    Pom pom = pom(module);
    assertThat(pom.joined("//repository | //pluginRepository", "id", "url")).isEmpty();
    List<String> versions = new ArrayList<>();
    for (String version : pom.joined("//dependency | //plugin | //path", "version")) {
      versions.add(resolve(pom, version));
    }
    assertThat(versions)
        .noneMatch(version -> version.contains("SNAPSHOT"))
        .noneMatch(version -> version.matches("LATEST|RELEASE|[\\[(].*"));
  }

  /** The version of the project itself is a snapshot between releases. */
  private static String resolve(Pom pom, String version) {
    return PROPERTY
        .matcher(version)
        .replaceAll(
            match ->
                match.group(1).equals("project.version")
                    ? "this"
                    : pom.text("/project/properties/" + match.group(1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"plugin", "models", "graph-tools", "spark"})
  void noPlatformIsForcedOnAProgram(String module) {
    assertThat(
            pom(module)
                .joined(
                    "/project/dependencies/dependency[classifier][not(optional='true')]",
                    "artifactId",
                    "scope"))
        .allMatch(dependency -> dependency.endsWith(":test"));
  }

  @Test
  void theBillOfMaterialsHasTheVersionsThatAreTested() {
    assertThat(BOM.text("/project/version")).isEqualTo(PARENT.text("/project/version"));
    for (String name : List.of("tensorflow", "tensorflow-framework", "protobuf", "onnxruntime")) {
      String property = "/project/properties/" + name + ".version";
      assertThat(BOM.text(property)).as(name).isNotEmpty().isEqualTo(PARENT.text(property));
    }
    assertThat(BOM.joined("/project/dependencyManagement//dependency", "artifactId", "version"))
        .contains(
            "grokfast-plugin:${project.version}",
            "grokfast-models:${project.version}",
            "grokfast-graph-tools:${project.version}",
            "grokfast-spark:${project.version}",
            "tensorflow-core-api:${tensorflow.version}",
            "protobuf-java:${protobuf.version}")
        .noneMatch(dependency -> dependency.startsWith("junit"));
  }

  @Test
  void theBillOfMaterialsSaysOfItselfWhatTheParentSays() {
    for (String part :
        List.of("groupId", "url", "licenses", "developers", "scm", "inceptionYear")) {
      assertThat(BOM.text("normalize-space(/project/" + part + ")"))
          .as(part)
          .isNotEmpty()
          .isEqualTo(PARENT.text("normalize-space(/project/" + part + ")"));
    }
    for (String plugin : List.of("maven-gpg-plugin", "central-publishing-maven-plugin")) {
      String version = "//plugin[artifactId='" + plugin + "'][version]/version";
      assertThat(BOM.text(version)).isNotEmpty().isEqualTo(PARENT.text(version));
    }
  }

  @Test
  void whatIsThereToBeCopiedNamesTheseVersions() throws IOException {
    String version = Checkout.version();
    String tensorflow = PARENT.text("/project/properties/tensorflow.version");
    assertThat(Files.readString(Checkout.ROOT.resolve("README.md"), StandardCharsets.UTF_8))
        .contains(
            "<version>" + version + "</version>",
            "org.grokfast:grokfast-bom:" + version,
            "org.tensorflow:tensorflow-core-native:" + tensorflow + ":");
    assertThat(pom("docs/examples/library").text("/project/properties/grokfast.version"))
        .isEqualTo(version);
    assertThat(pom("docs/examples/own-task").text("/project/properties/grokfast.version"))
        .isEqualTo(version);
    assertThat(Files.readString(Checkout.ROOT.resolve("docs/versions.md"), StandardCharsets.UTF_8))
        .containsPattern("\\(default[^|]*\\| " + Pattern.quote(tensorflow) + " \\|");
  }
}
