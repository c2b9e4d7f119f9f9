package org.grokfast.spark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.grokfast.models.TrainingException;
import org.grokfast.models.training.files.FolderLock;
import org.grokfast.tools.runs.PlannedRun;
import org.grokfast.tools.runs.RunEngine;

/**
 * Makes runs as tasks of Spark: a job of one task each, so that one that fails for good takes none
 * of the others with it, and every result is in its folder as soon as it is there.
 */
final class SparkEngine implements RunEngine {
  private static final String LOG_CONFIGURATION = "log4j2.configurationFile";

  private final JavaSparkContext spark;
  private final Program program;
  private volatile boolean stopped;

  private SparkEngine(JavaSparkContext spark, Program program) {
    this.spark = spark;
    this.program = program;
  }

  /**
   * Connects.
   *
   * @throws IllegalArgumentException if the master can't be one
   * @throws TrainingException if it can't be reached
   */
  static SparkEngine open(String master, Class<?> main) {
    quieten();
    SparkConf conf = new SparkConf();
    conf.setMaster(master).setIfMissing("spark.app.name", "grokfast");
    // A second copy of a slow run would be the same run twice.
    conf.set("spark.speculation", "false");
    Program program = Program.of(main, conf);
    JavaSparkContext context;
    try {
      context = new JavaSparkContext(conf);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Exception e) {
      // SparkException is checked, and Scala doesn't declare it.
      String message = firstLine(e);
      if (message.contains("Could not parse Master URL")) {
        throw new IllegalArgumentException(
            "'" + master + "' is no master; expected one such as local[4] or spark://host:7077", e);
      }
      throw new TrainingException("Spark at " + master + " can't be had: " + message, e);
    }
    if (context.sc().isStopped()) {
      // Spark gives up on a cluster in a thread of its own, and says why in its log.
      throw new TrainingException(
          "Spark at " + master + " can't be had: it doesn't answer, or doesn't take applications");
    }
    program.bring(context);
    return new SparkEngine(context, program);
  }

  /** Unless it is told how, Spark logs every step of its start among our own lines. */
  private static void quieten() {
    ClassLoader loader = SparkEngine.class.getClassLoader();
    boolean told =
        System.getProperty(LOG_CONFIGURATION) != null
            || Stream.of("log4j2.properties", "log4j2.xml", "log4j2.yaml", "log4j2.json")
                .anyMatch(name -> loader.getResource(name) != null);
    if (!told) {
      System.setProperty(LOG_CONFIGURATION, "classpath:org/grokfast/spark/log4j2.properties");
    }
  }

  @Override
  public Optional<String> make(PlannedRun run, Runnable started) throws IOException {
    requireFree(run.folder().path());
    boolean resumes = run.folder().canBeResumed();
    RunFiles before = resumes ? RunFiles.read(run.folder().path()) : new RunFiles(new TreeMap<>());
    TrainReport report;
    try {
      report = submit(run.label(), program.order(run.command(), resumes), before);
    } catch (Exception e) {
      if (stopped) {
        return Optional.empty();
      }
      if (spark.sc().isStopped()) {
        throw new TrainingException(
            "Spark at "
                + spark.master()
                + " ended: "
                + firstLine(e)
                + ". What is finished is kept; the same command makes the rest",
            e);
      }
      Optional<TrainReport> last = lastReport(e);
      if (last.isEmpty()) {
        return Optional.of(firstLine(e));
      }
      report = last.get();
    }
    deliver(run, report);
    return report.reason();
  }

  /** Waits until a run has been made, at whatever attempt. */
  private TrainReport submit(String label, TrainOrder order, RunFiles before) {
    spark.setJobGroup("grokfast", label, true);
    Broadcast<RunFiles> files = spark.broadcast(before);
    try {
      TrainTask task = new TrainTask(order, files);
      return spark.parallelize(List.of(label), 1).map(task).collect().get(0);
    } finally {
      if (!spark.sc().isStopped()) {
        files.destroy();
      }
    }
  }

  /** What the last attempt left of a run on which Spark gave up. */
  private static Optional<TrainReport> lastReport(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof BrokenOffException brokenOff) {
        return Optional.of(brokenOff.report());
      }
    }
    return Optional.empty();
  }

  /** What a run that another driver left behind writes isn't taken away from it. */
  private static void requireFree(Path folder) throws IOException {
    if (Files.exists(folder)) {
      Optional<FolderLock> lock = FolderLock.take(folder);
      if (lock.isEmpty()) {
        throw new IOException("another process trains in " + folder);
      }
      lock.get().close();
    }
  }

  /** Writes what has come into the run's folder, in one step. */
  private static void deliver(PlannedRun run, TrainReport report) throws IOException {
    Path folder = run.folder().path();
    Files.createDirectories(folder.getParent());
    Files.writeString(run.folder().log(), report.log());
    if (report.files().isEmpty()) {
      return;
    }
    report
        .files()
        .content()
        .computeIfPresent(
            "result.json", (name, bytes) -> moved(bytes, report.folder(), folder.toString()));
    Path fresh = folder.resolveSibling("." + folder.getFileName() + ".new");
    RunFiles.delete(fresh);
    report.files().writeTo(fresh);
    RunFiles.delete(folder);
    Files.move(fresh, folder);
  }

  /** The summary of a run names its files where they are now. */
  private static byte[] moved(byte[] json, String from, String to) {
    return new String(json, StandardCharsets.UTF_8)
        .replace(escaped(from), escaped(to))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** A path as JSON has it. */
  private static String escaped(String path) {
    return path.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  private static String firstLine(Throwable error) {
    return String.valueOf(error.getMessage()).lines().findFirst().orElse(error.toString());
  }

  @Override
  public void stop() {
    stopped = true;
    spark.cancelAllJobs();
  }

  @Override
  public void kill() {
    spark.close();
  }

  @Override
  public void close() {
    spark.close();
  }
}
