package org.grokfast.tensorflow.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.grokfast.io.Overwrite;
import org.grokfast.tensorflow.checkpoint.CheckpointIndex;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("process")
class NoNativeLibraryTest {

  @Test
  void readingCheckingAndWritingLoadOnlyProtobufClassesOfTensorFlow(@TempDir Path folder)
      throws IOException, InterruptedException {
    Path log = folder.resolve("classes.log");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xlog:class+load:file=" + log,
                    "-cp",
                    System.getProperty("java.class.path"),
                    RoundTrip.class.getName(),
                    folder.resolve("out").toString()))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(output).isZero();
    try (var lines = Files.lines(log)) {
      List<String> classes =
          lines
              .map(line -> line.replaceFirst("^(\\[[^]]*\\])+ ", "").split(" ", 2)[0])
              .filter(name -> name.startsWith("org.tensorflow.") || name.contains("javacpp"))
              .toList();
      assertThat(classes).isNotEmpty().allMatch(name -> name.startsWith("org.tensorflow.proto."));
    }
  }

  /** Runs in a JVM of its own. */
  static final class RoundTrip {
    private RoundTrip() {}

    /** Reads, checks and writes one file of each kind. */
    public static void main(String[] arguments) {
      GraphFileReader reader = new GraphFileReader();
      int number = 0;
      for (String name :
          new String[] {"adam.pb", "adam.pbtxt", "adam.meta", "sgd.meta.pbtxt", "saved_model"}) {
        GraphFile file = reader.read(Fixtures.path(name));
        new GraphValidator().validate(file);
        GraphFileWriter.write(file, Path.of(arguments[0] + number++), Overwrite.REFUSE);
      }
      CheckpointIndex.read(Fixtures.path("checkpoint/model.index")).checkShards();
    }
  }
}
