package org.grokfast.tools.verbs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.grokfast.io.AtomicOutput;
import org.grokfast.io.Overwrite;
import org.grokfast.tools.options.ReadArguments;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * A page or picture that a verb writes beside what it prints.
 *
 * @param spec of the verb
 * @param file where to
 * @param force whether what is there is replaced
 */
record OutputPage(CommandSpec spec, Path file, boolean force) {

  /**
   * Writes it whole or not at all.
   *
   * @param inputs the graphs that were read, which it never replaces
   */
  void write(String content, String... inputs) {
    for (String input : inputs) {
      if (!input.equals(ReadArguments.STANDARD_STREAM) && isSame(Path.of(input))) {
        throw new ParameterException(
            spec.commandLine(), "the output " + file + " is the graph that is read; name another");
      }
    }
    new AtomicOutput(file, force ? Overwrite.REPLACE : Overwrite.REFUSE)
        .writeFile(out -> out.write(content.getBytes(StandardCharsets.UTF_8)));
  }

  private boolean isSame(Path input) {
    try {
      return Files.exists(file) && Files.exists(input) && Files.isSameFile(file, input);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
