package org.grokfast.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.UpdateSites;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.GraphDef;

/**
 * Training graphs that others published: recurrent networks of TensorFlow 1, whose gradients come
 * back through loops, stacks and arrays. They are read from the local Maven repository, where
 *
 * <pre>
 *   mvn dependency:get -Dtransitive=false -Dartifact=com.johnsnowlabs.nlp:spark-nlp_2.12:3.4.4
 * </pre>
 *
 * puts them.
 */
@Tag("large")
class PublicGraphsTest {
  private static final Path JAR =
      Path.of(
          System.getProperty(
              "maven.repo.local", System.getProperty("user.home") + "/.m2/repository"),
          "com/johnsnowlabs/nlp/spark-nlp_2.12/3.4.4/spark-nlp_2.12-3.4.4.jar");
  private static final int GRAPHS = 18;
  private static final int VARIABLES = 45;

  @Test
  void everyVariableOfTheTaggersOfSparkNlpIsFound() throws IOException {
    Assumptions.assumeTrue(
        Files.exists(JAR),
        "skipped: "
            + JAR
            + " is not there; get it with mvn dependency:get -Dtransitive=false"
            + " -Dartifact=com.johnsnowlabs.nlp:spark-nlp_2.12:3.4.4");
    List<String> graphs = new ArrayList<>();
    try (ZipFile jar = new ZipFile(JAR.toFile())) {
      for (ZipEntry entry : jar.stream().toList()) {
        if (entry.getName().matches("ner-dl/blstm_.*\\.pb")) {
          graphs.add(entry.getName());
          check(jar, entry);
        }
      }
    }
    assertThat(graphs).hasSize(GRAPHS);
  }

  private static void check(ZipFile jar, ZipEntry entry) throws IOException {
    List<Finding> found;
    try (InputStream bytes = jar.getInputStream(entry)) {
      found = UpdateSites.find(GraphDef.parseFrom(bytes));
    }
    assertThat(found)
        .as(entry.getName())
        .hasSize(VARIABLES)
        .allSatisfy(
            finding -> {
              assertThat(finding).isInstanceOf(UpdateSite.class);
              assertThat(((UpdateSite) finding).evidence().conditional())
                  .as("behind a loop an update runs in every step")
                  .isFalse();
            });
    Set<String> variables = new HashSet<>();
    found.forEach(finding -> variables.add(((UpdateSite) finding).variable().name()));
    assertThat(variables).as(entry.getName()).hasSize(VARIABLES);
  }
}
