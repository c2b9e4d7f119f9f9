package org.grokfast.spark;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkFiles;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;

/**
 * Makes one run where Spark has room for it: in a process of its own, as on one machine, so that
 * the run has Grokfast's libraries and not Spark's, its memory is its own, and a crash of a native
 * library ends the run and not the executor. A run that breaks off throws, and Spark tries it
 * again; one that says itself that its settings are wrong, or whose loss diverged, would say so
 * every time.
 */
final class TrainTask implements Function<String, TrainReport> {
  private static final long serialVersionUID = 1L;

  /** What the command line returns where its words are wrong. */
  private static final int USAGE = 2;

  private static final String QUIET = "TF_CPP_MIN_LOG_LEVEL";

  private final TrainOrder order;
  private final Broadcast<RunFiles> files;

  /**
   * A task.
   *
   * @param files what the run's folder holds so far
   */
  TrainTask(TrainOrder order, Broadcast<RunFiles> files) {
    this.order = order;
    this.files = files;
  }

  /**
   * Makes the run.
   *
   * @param label what it is called
   */
  @Override
  public TrainReport call(String label) throws InterruptedException, BrokenOffException {
    // The executor's own folder, or the driver's for as long as its context lives.
    Path root = Path.of(SparkFiles.getRootDirectory()).toAbsolutePath().normalize();
    try {
      Path scratch = Files.createTempDirectory(root, "run-");
      try {
        return make(scratch);
      } finally {
        RunFiles.delete(scratch);
      }
    } catch (IOException e) {
      throw new BrokenOffException(TrainReport.nothing(String.valueOf(e.getMessage())));
    }
  }

  private TrainReport make(Path scratch)
      throws IOException, InterruptedException, BrokenOffException {
    Path folder = scratch.resolve("run");
    Path log = scratch.resolve("run.log");
    files.value().writeTo(folder);
    ProcessBuilder builder = new ProcessBuilder(command(folder));
    builder.environment().putIfAbsent(QUIET, "2");
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    int code;
    try {
      process.getOutputStream().close();
      code = process.waitFor();
    } finally {
      process.destroyForcibly();
    }
    String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    List<String> lines = text.lines().toList();
    String last = lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1);
    String failure = code == 0 ? null : "exit code " + code + ": " + last;
    TrainReport report = new TrainReport(RunFiles.read(folder), folder.toString(), text, failure);
    if (code == 0 || code == USAGE || last.startsWith(order.hopeless())) {
      return report;
    }
    throw new BrokenOffException(report);
  }

  private List<String> command(Path folder) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(order.javaOptions());
    command.add("-Djava.awt.headless=true");
    // It ends with this process, however that ends.
    command.add("-Dgrokfast.parent=" + ProcessHandle.current().pid());
    command.addAll(List.of("-cp", classPath(), order.program()));
    command.addAll(order.words());
    command.add((order.resumes() ? "--resume=" : "--out=") + folder);
    return command;
  }

  private String classPath() throws IOException {
    if (order.isBrought()) {
      return String.join(
          File.pathSeparator, order.classPath().stream().map(SparkFiles::get).toList());
    }
    String needed = order.needed();
    if (needed != null && !Files.exists(Path.of(needed))) {
      throw new IOException(
          needed
              + " is not on "
              + InetAddress.getLocalHost().getHostName()
              + "; expected Grokfast there in the same folder as on the driver. Unpack it there,"
              + " name its class path there with spark.grokfast.classPath, or have Spark bring the"
              + " jars by 'spark-submit --jars'");
    }
    return String.join(File.pathSeparator, order.classPath());
  }
}
