package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.grokfast.filter.Ema;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.GraphDef;

/** The passes on protos, in a JVM of their own that lists every class it loads. */
@Tag("native")
class NativeFreeTest {
  private static final String RESULT = "rewritten: ";

  /** What the other JVM runs. */
  static final class Passes {
    private Passes() {}

    public static void main(String[] args) {
      GraphDef original = PythonGraphs.read("resource_adam");
      var result = new GraphRewriter(Ema.of(0.9, 2)).apply(original);
      boolean same = FilterStripper.apply(result.graph()).equals(original);
      int texts = result.report().toText().length() + result.report().toJson().length();
      System.out.println(RESULT + same + " " + (texts > 0) + " " + digest(result.graph()));
    }
  }

  private static String digest(GraphDef graph) {
    CRC32C checksum = new CRC32C();
    checksum.update(graph.toByteArray());
    return Long.toHexString(checksum.getValue());
  }

  @Test
  void passesLoadNoNativeCodeAndGiveTheSameBytesInEveryJvm()
      throws IOException, InterruptedException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-verbose:class",
                "-cp",
                classPath,
                Passes.class.getName())
            .redirectErrorStream(true)
            .start();
    String output;
    try (var in = process.getInputStream()) {
      output = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertThat(process.waitFor()).isZero();
    GraphDef rewritten =
        new GraphRewriter(Ema.of(0.9, 2)).apply(PythonGraphs.read("resource_adam")).graph();

    assertThat(output)
        .contains("org.grokfast.tensorflow.GraphRewriter ")
        .doesNotContain("org.tensorflow.internal.c_api")
        .doesNotContain("org.bytedeco")
        .contains(RESULT + "true true " + digest(rewritten));
  }
}
