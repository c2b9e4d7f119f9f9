package org.grokfast.tools.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.grokfast.file.GraphFileException;
import org.grokfast.tensorflow.file.GraphFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares a rewritten training graph with its original: the filtered gradients with those of the
 * array oracle, and the weights, with lamb at zero, with those that the original trains.
 */
public final class Verification {
  private static final Logger LOG = LoggerFactory.getLogger(Verification.class);

  private final VerifySettings settings;
  private final int heapMegabytes;
  private final int timeoutSeconds;

  /**
   * A comparison.
   *
   * @param settings how to compare
   * @param heapMegabytes the child's heap
   * @param timeoutSeconds after which the child is killed
   */
  public Verification(VerifySettings settings, int heapMegabytes, int timeoutSeconds) {
    this.settings = settings;
    this.heapMegabytes = heapMegabytes;
    this.timeoutSeconds = timeoutSeconds;
  }

  /**
   * Compares two graphs in a child process.
   *
   * @throws org.grokfast.rewrite.NothingToRewriteException if the second holds no filter
   * @throws org.grokfast.rewrite.GraphRewriteException if the second is no rewrite of the first
   * @throws GraphFileException if the child crashes, is killed, fails or takes too long
   * @throws IOException if the files for the child can't be written
   */
  public VerifyOutcome compare(GraphFile original, GraphFile rewritten) throws IOException {
    Planner.Planned planned = Planner.plan(original, rewritten, settings);
    Path folder = Files.createTempDirectory("grokfast-verify-");
    // Ctrl-C leaves no files behind either; the child is ended by a hook of its own.
    Thread hook = new Thread(() -> deleteQuietly(folder), "delete-" + folder.getFileName());
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      Exchange exchange = new Exchange(folder);
      exchange.write(
          new Exchange.Request(planned.plan(), settings.tolerance()),
          planned.original(),
          planned.rewritten());
      ChildProcess.java(folder, heapMegabytes, VerifyChild.class).run(timeoutSeconds);
      Exchange.Answer answer = exchange.answer();
      if (answer.error() != null) {
        throw new GraphFileException("running the graphs failed: " + answer.error());
      }
      return answer.outcome();
    } finally {
      removeHook(hook);
      delete(folder);
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOG.debug("the program is ending, and the hook runs", e);
    }
  }

  private static void deleteQuietly(Path folder) {
    try {
      delete(folder);
    } catch (IOException e) {
      LOG.warn("{} could not be removed and may be deleted: {}", folder, e.getMessage());
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
