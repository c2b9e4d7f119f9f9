package org.grokfast.tools.options;

import java.nio.file.Path;
import org.grokfast.io.ModelFile;
import org.grokfast.io.Overwrite;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options of every verb that writes a graph. */
public final class WriteArguments {
  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT",
      description =
          "The file to write, a folder for a SavedModel, or - for standard output; the form is the"
              + " input's. No default.")
  private String output;

  @Option(names = "--force", description = "Replace the output if it exists; default: no.")
  private boolean force;

  @Option(
      names = "--dry-run",
      description = "Say what would be done, and write nothing; default: no.")
  private boolean dryRun;

  @Option(
      names = "--json",
      description =
          "Print the report on standard output as JSON, with its version in the field 'version';"
              + " default: text.")
  private boolean json;

  /** Refuses a command line that says too little or too much about the output. */
  public void check() {
    if (output == null && !dryRun) {
      throw new ParameterException(
          spec.commandLine(), "the output is missing: give -o OUT, -o - or --dry-run");
    }
    if (json && toStandardOutput()) {
      throw new ParameterException(
          spec.commandLine(),
          "--json and -o - both claim standard output; write the graph to a file");
    }
  }

  public boolean json() {
    return json;
  }

  public boolean dryRun() {
    return dryRun;
  }

  /** The output as the user spelled it; null for none. */
  public String output() {
    return output;
  }

  /** Whether the graph goes to standard output, so that nothing else may. */
  public boolean toStandardOutput() {
    return !dryRun && ReadArguments.STANDARD_STREAM.equals(output);
  }

  /** Writes the graph, unless this is a dry run. */
  public void write(ModelFile file) {
    if (dryRun) {
      return;
    }
    if (toStandardOutput()) {
      file.write(System.out);
      System.out.flush();
      return;
    }
    file.write(Path.of(output), force ? Overwrite.REPLACE : Overwrite.REFUSE);
  }
}
