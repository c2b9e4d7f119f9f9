package org.grokfast.tests.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The programs of docs/examples/library that take a file, compiled as their user would and run with
 * stored graphs of Python TensorFlow; ConsumerProjectTest runs the one that takes none.
 */
@Tag("native")
class JavaExamplesTest {
  private static final Path EXAMPLES =
      Checkout.ROOT.resolve("docs/examples/library/src/main/java/org/example");
  private static final Path GRAPHS =
      Checkout.ROOT.resolve("tests/src/test/resources/interop").toAbsolutePath();
  private static final Pattern LOSS = Pattern.compile("(?m)^step \\d+ loss ([0-9.]+)$");

  @TempDir static Path folder;

  @BeforeAll
  static void compile() throws Exception {
    List<String> words =
        new ArrayList<>(
            List.of("-d", folder.toString(), "--release", "17", "-Xlint:all", "-proc:none"));
    words.addAll(List.of("-Xlint:-path,-classfile,-processing", "-Werror"));
    words.addAll(List.of("-classpath", System.getProperty("java.class.path")));
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      files.forEach(file -> words.add(file.toString()));
    }
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int code =
        ToolProvider.getSystemJavaCompiler().run(null, said, said, words.toArray(new String[0]));
    assertThat(code).as(said.toString(StandardCharsets.UTF_8)).isZero();
  }

  /** The losses that a program prints. */
  private static List<Double> losses(String program, Path... arguments) throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
      String[] words = Stream.of(arguments).map(Path::toString).toArray(String[]::new);
      loader
          .loadClass("org.example." + program)
          .getMethod("main", String[].class)
          .invoke(null, (Object) words);
    } finally {
      System.setOut(before);
    }
    String text = said.toString(StandardCharsets.UTF_8);
    assertThat(text).startsWith("2 of 2 trained variables filtered");
    return LOSS.matcher(text).results().map(found -> Double.valueOf(found.group(1))).toList();
  }

  @Test
  void aGraphDefOfTensorFlow1IsTrainedByTheNamesOfItsNodes() throws Exception {
    List<Double> losses =
        losses("TrainGraphDef", GRAPHS.resolve("graphdef/graphdef_adam_resource.pb"));
    assertThat(losses).hasSize(5);
    assertThat(losses.get(4)).isLessThan(losses.get(0) * 0.6);
  }

  @Test
  void aKerasModelGoesOnTrainingAndItsWeightsAreSaved() throws Exception {
    Path checkpoint = folder.resolve("checkpoints/weights");
    List<Double> losses = losses("RetrainKeras", GRAPHS.resolve("savedmodel/k3_adam"), checkpoint);
    assertThat(losses).hasSize(5);
    assertThat(losses.get(4)).isLessThan(losses.get(0));
    assertThat(checkpoint.resolveSibling("weights.index")).isNotEmptyFile();
  }
}
