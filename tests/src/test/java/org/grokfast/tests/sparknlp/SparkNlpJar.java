package org.grokfast.tests.sparknlp;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Assumptions;
import org.tensorflow.proto.GraphDef;

/** The jar of Spark NLP in the local Maven repository, which has graphs of taggers. */
final class SparkNlpJar {
  private static final String ARTIFACT = "com.johnsnowlabs.nlp:spark-nlp_2.12:3.4.4";
  private static final Path JAR =
      Path.of(
          System.getProperty(
              "grokfast.maven.repository", System.getProperty("user.home") + "/.m2/repository"),
          "com/johnsnowlabs/nlp/spark-nlp_2.12/3.4.4/spark-nlp_2.12-3.4.4.jar");

  private SparkNlpJar() {}

  /** Skips a test, and says so, where the jar isn't there. */
  static void require() {
    Assumptions.assumeTrue(
        Files.exists(JAR),
        "skipped: "
            + JAR
            + " is not there; get it with mvn -Ppublic-graphs, or with mvn dependency:get"
            + " -Dtransitive=false -Dartifact="
            + ARTIFACT);
  }

  /** A graph that it ships: {@code blstm_10_100_128_120.pb}. */
  static GraphDef graph(String name) throws IOException {
    try (ZipFile jar = new ZipFile(JAR.toFile());
        InputStream bytes = jar.getInputStream(jar.getEntry("ner-dl/" + name))) {
      return GraphDef.parseFrom(bytes);
    }
  }
}
