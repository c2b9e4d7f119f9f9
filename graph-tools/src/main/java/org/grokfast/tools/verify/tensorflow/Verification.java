package org.grokfast.tools.verify.tensorflow;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.grokfast.io.GraphFileException;
import org.grokfast.tensorflow.file.GraphFile;
import org.grokfast.tensorflow.inspect.UnrestoredVariables;
import org.grokfast.tools.verify.ChildLimits;
import org.grokfast.tools.verify.ChildProcess;
import org.grokfast.tools.verify.ScratchFolder;
import org.grokfast.tools.verify.VerifyOutcome;
import org.grokfast.tools.verify.VerifySettings;
import org.grokfast.tools.verify.tensorflow.plan.Planner;

/**
 * Compares a rewritten training graph with its original: the filtered gradients with those of the
 * array oracle, and the weights, with lamb at zero, with those that the original trains.
 */
public final class Verification {
  private static final ChildProcess.Purpose COMPARING =
      new ChildProcess.Purpose("TensorFlow", "nothing was compared", ", or fewer --steps");

  private final VerifySettings settings;
  private final ChildLimits limits;

  /**
   * A comparison.
   *
   * @param settings how to compare
   * @param limits of the child
   */
  public Verification(VerifySettings settings, ChildLimits limits) {
    this.settings = settings;
    this.limits = limits;
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
    try (ScratchFolder scratch = new ScratchFolder()) {
      Path folder = scratch.path();
      Exchange exchange = new Exchange(folder);
      exchange.write(
          new Exchange.Request(planned.plan(), settings.tolerance()),
          planned.original(),
          planned.rewritten());
      ChildProcess.java(folder, limits, ChildProcess.Program.of(VerifyChild.class, COMPARING))
          .run(limits.timeoutSeconds());
      Exchange.Answer answer = exchange.answer();
      Optional<String> warning = UnrestoredVariables.warning(original);
      if (answer.error() != null) {
        throw new GraphFileException(
            "running the graphs failed: " + warning.orElse(answer.error()));
      }
      return warning.map(answer.outcome()::with).orElse(answer.outcome());
    }
  }
}
