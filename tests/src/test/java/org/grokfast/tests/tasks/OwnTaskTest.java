package org.grokfast.tests.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.grokfast.models.TrainingException;
import org.grokfast.models.registry.TaskRegistry;
import org.grokfast.models.task.TaskSpec;
import org.grokfast.tools.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.SavedModelBundle;
import picocli.CommandLine;

/**
 * A task from a jar of its user's: that of docs/examples/own-task, compiled here, which
 * docs/own-task.md shows.
 */
@Tag("native")
class OwnTaskTest {
  private static final String SERVICE = "META-INF/services/" + TaskSpec.class.getName();
  private static final String CLASS_PATH = System.getProperty("java.class.path");
  private static final Path ROOT = Path.of(System.getProperty("grokfast.root", ".."));

  private static final Path STEP = ROOT.resolve("models/src/test/resources/saved/step");
  private static final Path EXAMPLE = ROOT.resolve("docs/examples/own-task/src/main");

  @TempDir Path folder;

  private final ClassLoader before = Thread.currentThread().getContextClassLoader();
  private URLClassLoader loader;

  private record Run(int code, String out, String err) {}

  /** Puts a jar on the class path, for this process and for those that it starts. */
  @BeforeEach
  void putTheJarOnTheClassPath() throws IOException {
    use(jar(Files.readString(EXAMPLE.resolve("resources").resolve(SERVICE)).strip()));
  }

  private void use(Path jar) throws IOException {
    loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, before);
    Thread.currentThread().setContextClassLoader(loader);
    System.setProperty("java.class.path", CLASS_PATH + File.pathSeparator + jar);
  }

  @AfterEach
  void takeItAway() throws IOException {
    Thread.currentThread().setContextClassLoader(before);
    System.setProperty("java.class.path", CLASS_PATH);
    loader.close();
  }

  /** The classes of the example and the line that registers a task. */
  private Path jar(String services) throws IOException {
    Path jar = folder.resolve("majority.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (Path file : files(compiled())) {
        put(out, compiled().relativize(file), file);
      }
      Path resources = EXAMPLE.resolve("resources");
      for (Path file : files(resources.resolve("org"))) {
        put(out, resources.relativize(file), file);
      }
      out.putNextEntry(new JarEntry(SERVICE));
      out.write((services + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return jar;
  }

  private static void put(JarOutputStream out, Path name, Path file) throws IOException {
    out.putNextEntry(new JarEntry(name.toString().replace('\\', '/')));
    Files.copy(file, out);
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** The classes of the example, compiled as its user would, with all warnings. */
  private Path compiled() throws IOException {
    Path classes = folder.resolve("classes");
    if (!Files.exists(classes)) {
      List<String> words =
          new ArrayList<>(List.of("-d", classes.toString(), "-classpath", CLASS_PATH));
      words.addAll(
          List.of("--release", "17", "-Xlint:all,-classfile,-processing,-path", "-Werror"));
      files(EXAMPLE.resolve("java")).forEach(file -> words.add(file.toString()));
      StringWriter said = new StringWriter();
      int code =
          ToolProvider.findFirst("javac")
              .orElseThrow()
              .run(new PrintWriter(said), new PrintWriter(said), words.toArray(String[]::new));
      assertThat(code).as(said.toString()).isZero();
    }
    return classes;
  }

  private static Run run(Object... words) {
    CommandLine program = Main.commandLine();
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    program.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int code = program.execute(Stream.of(words).map(Object::toString).toArray(String[]::new));
    return new Run(code, out.toString(), err.toString());
  }

  @Test
  void itsCommandHasItsSettingsAndTheOptionsOfAllTasks() {
    Run help = run("help", "train", "majority");
    assertThat(help.code()).as(help.err()).isZero();
    assertThat(help.out().replaceAll("\\s+", " "))
        .contains("Trains a logistic regression on the sign")
        .contains("--numbers=N How many numbers an example has, 1 to 1000; default 5.")
        .contains("The largest number of steps; default 500.")
        .contains("grokfast train majority --numbers 9 --filter none");
    assertThat(run("completion", "bash").out()).contains("'--numbers'");
    assertThat(run("train", "majority", "--numbers", 0).err())
        .startsWith("grokfast: numbers must be from 1 to 1000, was 0");
  }

  @Test
  void aRunIsResumedAndItsModelServed() throws IOException {
    Path out = folder.resolve("run");
    Run first = run("train", "majority", "--numbers", 3, "--steps", 20, "--out", out);
    assertThat(first.code()).as(first.err()).isZero();
    Run more = run("train", "majority", "--resume", out, "--steps", 40);
    assertThat(more.code()).as(more.err()).isZero();
    assertThat(more.out()).contains("at step 40");

    Path serving = folder.resolve("serving");
    Run export = run("export", out, "-o", serving);
    assertThat(export.code()).as(export.err()).isZero();
    try (SavedModelBundle bundle = SavedModelBundle.load(serving.toString(), "serve")) {
      assertThat(bundle.metaGraphDef().getSignatureDefMap().get("serving_default").getInputsMap())
          .containsOnlyKeys("inputs");
    }
  }

  @Test
  void itsArmsAreCompared() {
    Path out = folder.resolve("compare");
    Run run = run("compare", "majority", "--self-check", "--seeds", 0, "--out", out);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(out.resolve("report.html")).isNotEmptyFile();
    assertThat(run.out()).contains("How many times less than adamw");
  }

  @Test
  void itsArmsAreTuned() {
    Path out = folder.resolve("tune");
    Run run =
        run(
            "tune",
            "majority",
            "--arm",
            "ema",
            "--trials",
            2,
            "--factor",
            2,
            "--steps",
            20,
            "--seeds",
            0,
            "--set",
            "numbers=3",
            "--out",
            out);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("Best: ema-0");
    assertThat(out.resolve("best.yaml")).content().contains("numbers: '3'", "ema-tuned:");
  }

  @Test
  void aSavedModelThatTrainsItselfIsTrainedComparedAndTuned() {
    Path out = folder.resolve("step");
    Run none = run("train", "product", "--steps", 20, "--out", out);
    assertThat(none.err()).startsWith("grokfast: give the SavedModel with --model");
    Run rate = run("train", "product", "--model", STEP, "--lr", 0.1, "--out", out);
    assertThat(rate.err()).startsWith("grokfast: optimizer own is the one in the task's graph");
    Run first = run("train", "product", "--model", STEP, "--steps", 20, "--out", out);
    assertThat(first.code()).as(first.err()).isZero();
    Run more = run("train", "product", "--resume", out, "--steps", 40);
    assertThat(more.code()).as(more.err()).isZero();
    assertThat(more.out()).contains("at step 40");
    assertThat(run("export", out, "-o", folder.resolve("serving")).err())
        .contains("the task product trains a SavedModel");

    Path compared = folder.resolve("compared");
    Object[] small = {"--seeds", 0, "--set", "model=" + STEP, "--set", "examples=100"};
    Run compare = run(words("compare", "product", "--out", compared, "--set", "steps=20", small));
    assertThat(compare.code()).as(compare.err()).isZero();
    assertThat(compare.out()).contains("How many times less than plain");
    Path tuned = folder.resolve("tuned");
    Run tune =
        run(
            words(
                "tune",
                "product",
                "--arm",
                "ema",
                "--trials",
                2,
                "--steps",
                20,
                "--factor",
                2,
                "--out",
                tuned,
                small));
    assertThat(tune.code()).as(tune.err()).isZero();
    assertThat(tuned.resolve("best.yaml")).content().contains("alpha:").doesNotContain("lr:");
  }

  /** Words, of which the last is a list of more. */
  private static Object[] words(Object... words) {
    List<Object> all = new ArrayList<>(List.of(words).subList(0, words.length - 1));
    all.addAll(List.of((Object[]) words[words.length - 1]));
    return all.toArray();
  }

  @Test
  void aTaskThatCannotBeLoadedIsNamed() throws IOException {
    loader.close();
    use(jar("org.example.majority.Missing"));
    assertThatThrownBy(TaskRegistry::all)
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("a task on the class path can't be loaded: ")
        .hasMessageContaining("org.example.majority.Missing");
  }

  /** The page shows what is tested here. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "java/org/example/majority/MajoritySpec.java",
        "java/org/example/majority/MajorityTask.java",
        "resources/org/example/majority/arms.yaml",
        "java/org/example/step/StepSpec.java",
        "java/org/example/step/StepTask.java",
        "resources/org/example/step/arms.yaml"
      })
  void theExampleOfTheDocumentationIsThisTask(String file) throws IOException {
    String language = Map.of("java", "java", "yaml", "yaml").get(file.replaceFirst(".*\\.", ""));
    String text = Files.readString(EXAMPLE.resolve(file));
    assertThat(ROOT.resolve("docs/own-task.md"))
        .content()
        .contains("```" + language + "\n" + text + "```\n");
  }
}
