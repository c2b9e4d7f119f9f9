package org.grokfast.spark;

import java.util.stream.Stream;
import org.grokfast.tools.Main;

/**
 * The command line as a job of {@code spark-submit}: {@code compare} or {@code tune} with the
 * master that it was submitted to.
 */
public final class SparkMain {
  private SparkMain() {}

  /** Runs the command line and ends the process with its exit code. */
  public static void main(String[] args) {
    String master = System.getProperty("spark.master", "local[*]");
    Main.main(
        Stream.concat(Stream.of(args), Stream.of("--spark=" + master)).toArray(String[]::new));
  }
}
