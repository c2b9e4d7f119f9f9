package org.grokfast.tools.verify;

import java.io.IOException;
import java.util.Optional;
import org.grokfast.io.ModelFile;

/** Compares the graphs of one format by running them. */
public interface Verifier {

  /** Whether it runs files like this one. */
  boolean runs(ModelFile file);

  /** Why the options don't suit the format, for the user; empty if they do. */
  Optional<String> misuse(VerifySettings settings);

  /**
   * Refuses a file that does something outside of itself when it runs.
   *
   * @throws org.grokfast.io.GraphFileException naming what
   */
  default void requireHarmless(ModelFile file) {}

  /**
   * Compares two graphs in a child process.
   *
   * @throws org.grokfast.rewrite.NothingToRewriteException if the second holds no filter
   * @throws org.grokfast.rewrite.GraphRewriteException if the second is no rewrite of the first
   * @throws org.grokfast.io.GraphFileException if they are of different kinds, a runtime is
   *     missing, or the child crashes, is killed, fails or takes too long
   * @throws IOException if the files for the child can't be written
   */
  VerifyOutcome compare(ModelFile original, ModelFile rewritten, VerifySettings settings)
      throws IOException;
}
