package org.grokfast.spark;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.grokfast.models.TrainingException;
import org.grokfast.tools.console.ChildJvm;

/** The command line as executors start it: its class, its class path there, options of its JVM. */
final class Program {
  /** The class path on every executor, where it isn't the driver's. */
  private static final String CLASS_PATH = "spark.grokfast.classPath";

  /** Options of a run's JVM; default: those of the driver's, but for the size of its heap. */
  private static final String JAVA_OPTIONS = "spark.grokfast.javaOptions";

  private static final String EXECUTOR_CLASS_PATH = "spark.executor.extraClassPath";

  private final Class<?> main;
  private final Path own;
  private final ArrayList<String> javaOptions;
  private ArrayList<String> classPath;
  private final boolean isNamed;
  private boolean isBrought;

  private Program(
      Class<?> main, Path own, boolean isNamed, List<String> classPath, List<String> javaOptions) {
    this.main = main;
    this.own = own;
    this.isNamed = isNamed;
    this.classPath = new ArrayList<>(classPath);
    this.javaOptions = new ArrayList<>(javaOptions);
  }

  /**
   * The program of this JVM.
   *
   * @param main the class whose main method is the command line
   * @param conf tells executors where this module is, if Spark can't bring it there
   */
  static Program of(Class<?> main, SparkConf conf) {
    Path own = place(TrainTask.class);
    if (Files.isDirectory(own)) {
      String others = conf.get(EXECUTOR_CLASS_PATH, "");
      conf.set(EXECUTOR_CLASS_PATH, own + (others.isEmpty() ? "" : File.pathSeparator + others));
    }
    boolean isNamed = conf.contains(CLASS_PATH);
    List<String> classPath =
        isNamed
            ? List.of(conf.get(CLASS_PATH).split(File.pathSeparator))
            : withoutSpark(ChildJvm.classPath());
    List<String> javaOptions =
        conf.contains(JAVA_OPTIONS)
            ? Stream.of(conf.get(JAVA_OPTIONS).split("\\s+")).filter(o -> !o.isEmpty()).toList()
            : javaOptions();
    return new Program(main, own, isNamed, classPath, javaOptions);
  }

  /** Has Spark bring this module to the executors, and takes what it brings besides. */
  void bring(JavaSparkContext spark) {
    List<String> brought = spark.jars().stream().map(Program::name).toList();
    if (!brought.isEmpty() && !isNamed) {
      classPath = new ArrayList<>(brought);
      isBrought = true;
    }
    if (!Files.isDirectory(own) && !brought.contains(own.getFileName().toString())) {
      spark.sc().addJar(own.toString());
    }
  }

  /** The order for a run. */
  TrainOrder order(List<String> words, boolean resumes) {
    return new TrainOrder(
        new ArrayList<>(words),
        resumes,
        main.getName(),
        javaOptions,
        classPath,
        isBrought,
        isNamed || isBrought ? null : place(main).toString(),
        "grokfast: " + TrainingException.DIVERGED);
  }

  /** Runs have Grokfast's libraries; some of Spark's are the same in other versions. */
  private static List<String> withoutSpark(List<String> places) {
    String home = System.getenv("SPARK_HOME");
    if (home == null) {
      return places;
    }
    Path jars = Path.of(home).toAbsolutePath().normalize().resolve("jars");
    return places.stream().filter(place -> !Path.of(place).normalize().startsWith(jars)).toList();
  }

  private static List<String> javaOptions() {
    List<String> options = new ArrayList<>();
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("-X"))
        .filter(option -> !option.startsWith("-Xmx") && !option.startsWith("-Xms"))
        .forEach(options::add);
    options.addAll(ChildJvm.options());
    return options;
  }

  private static Path place(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the place of " + type + " has no path", e);
    }
  }

  private static String name(String jar) {
    return jar.substring(jar.lastIndexOf('/') + 1);
  }
}
