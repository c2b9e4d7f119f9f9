package org.grokfast.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.grokfast.tools.Main;
import org.grokfast.tools.console.ChildJvm;

/**
 * The command line as a driver of Spark, in a JVM of its own, as the launcher starts it, with a
 * folder of Spark's jars such as a release of it has, and nothing on the network but loopback.
 */
final class SparkCli {
  /** Where the launcher of the distribution says what Java has to open. */
  private static final Pattern PACKAGES = Pattern.compile("for name in ([a-z. \\\\\n]+); do");

  /** Libraries that come with Spark, and those that a run of parity does without. */
  private static final Pattern SPARK =
      Pattern.compile("/(org/apache/(spark|hadoop)|io/netty|org/scala-lang|com/microsoft)/");

  private SparkCli() {}

  /**
   * A Spark to be named by SPARK_HOME: links to the jars of this JVM's class path. Made anew for
   * this process, below the build's folder.
   */
  static Path home() throws IOException {
    Path home = Path.of("target", "spark-home-" + ProcessHandle.current().pid()).toAbsolutePath();
    Path jars = home.resolve("jars");
    if (!Files.exists(jars)) {
      Files.createDirectories(jars);
      for (String jar : ChildJvm.jars()) {
        Path file = Path.of(jar);
        Files.createSymbolicLink(jars.resolve(file.getFileName()), file);
      }
    }
    return home;
  }

  /** The packages that a launcher opens. */
  static List<String> packages(String launcher) throws IOException {
    Path file = Path.of(System.getProperty("grokfast.root"), launcher);
    Matcher found = PACKAGES.matcher(Files.readString(file));
    assertThat(found.find()).as(launcher).isTrue();
    return List.of(found.group(1).replace("\\", " ").strip().split("\\s+"));
  }

  /** The same command line without Spark. */
  static ProcessBuilder local(Object... args) {
    return builder(List.of(), List.of(Main.class.getName()), args);
  }

  /** A driver that has yet to be started. */
  static ProcessBuilder driver(Object... args) throws IOException {
    return driver(List.of(Main.class.getName()), args);
  }

  /** The same for another program: the name of its class, and its first words. */
  static ProcessBuilder driver(List<String> program, Object... args) throws IOException {
    List<String> options =
        Stream.concat(
                packages("graph-tools/src/distribution/bin/grokfast").stream()
                    .map(name -> "--add-opens=java.base/" + name + "=ALL-UNNAMED"),
                Stream.of(
                    "-Dslf4j.provider=org.apache.logging.slf4j.SLF4JServiceProvider",
                    "-Dslf4j.internal.verbosity=WARN",
                    "-Dspark.ui.enabled=false",
                    "-Dspark.driver.host=127.0.0.1",
                    "-Dspark.executor.extraJavaOptions=-XX:+UseSerialGC -XX:TieredStopAtLevel=1"))
            .toList();
    ProcessBuilder builder = builder(options, program, args);
    builder.environment().put("SPARK_HOME", home().toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    return builder;
  }

  /**
   * What bin/spark-submit of a release of Spark starts. Its class path has no class of ours: they
   * are in the jars that it brings.
   */
  static ProcessBuilder submission(Object... args) throws IOException {
    ProcessBuilder builder = driver(List.of("org.apache.spark.deploy.SparkSubmit"), args);
    List<String> command = builder.command();
    command.set(command.indexOf("-cp") + 1, home().resolve("jars").resolve("*").toString());
    return builder;
  }

  /**
   * The jars of a distribution: those of our modules, made of the folders on this JVM's class path,
   * and the libraries that aren't Spark's. The first has this module.
   */
  static List<Path> jars(Path folder) throws IOException {
    List<Path> jars = new ArrayList<>();
    Files.createDirectories(folder);
    for (String place : ChildJvm.classPath()) {
      Path path = Path.of(place);
      if (Files.isDirectory(path)) {
        Path jar = folder.resolve("module-" + jars.size() + ".jar");
        jar(path, jar);
        boolean own = Files.exists(path.resolve("org/grokfast/spark/SparkMain.class"));
        jars.add(own ? 0 : jars.size(), jar);
      } else if (!SPARK.matcher(path.toString().replace(File.separatorChar, '/')).find()) {
        jars.add(path);
      }
    }
    return jars;
  }

  private static void jar(Path classes, Path jar) throws IOException {
    try (Stream<Path> walk = Files.walk(classes);
        JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(
            new JarEntry(classes.relativize(file).toString().replace(File.separatorChar, '/')));
        Files.copy(file, out);
      }
    }
  }

  /** As {@code --jars} takes them. */
  static String joined(List<Path> jars) {
    return jars.stream().map(Path::toString).collect(Collectors.joining(","));
  }

  /** What a process printed, and its exit code. */
  record Ended(int code, List<String> lines) {
    String text() {
      return String.join("\n", lines);
    }
  }

  /** Runs to the end. */
  static Ended run(ProcessBuilder builder) throws IOException, InterruptedException {
    Process process = builder.start();
    try (BufferedReader reader = reader(process)) {
      List<String> lines = reader.lines().toList();
      return new Ended(process.waitFor(), lines);
    } finally {
      end(process);
    }
  }

  /** What a process prints. */
  static BufferedReader reader(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Ends a process and those that it has started. */
  static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private static ProcessBuilder builder(
      List<String> options, List<String> program, Object... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    command.addAll(options);
    command.addAll(List.of("-cp", String.join(File.pathSeparator, ChildJvm.classPath())));
    command.addAll(program);
    Stream.of(args).map(Object::toString).forEach(command::add);
    return new ProcessBuilder(command).redirectErrorStream(true);
  }
}
