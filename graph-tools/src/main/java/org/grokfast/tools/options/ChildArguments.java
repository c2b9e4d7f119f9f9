package org.grokfast.tools.options;

import org.grokfast.tools.verify.ChildLimits;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options of verbs that run a graph, in a child process. */
public final class ChildArguments {
  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--trust",
      description =
          "Run the graph also where 'grokfast inspect' finds that it does something outside of"
              + " itself, such as writing files; default: refuse it.")
  private boolean trusted;

  @Option(
      names = "--heap",
      paramLabel = "MB",
      defaultValue = "2048",
      description = "The heap of the child process, in megabytes; default ${DEFAULT-VALUE}.")
  private int heap;

  @Option(
      names = "--memory",
      paramLabel = "MB",
      defaultValue = "32768",
      description =
          "The address space of the child process, heap, libraries and tensors together, in"
              + " megabytes; on Linux; default ${DEFAULT-VALUE}.")
  private int memory;

  @Option(
      names = "--file-size",
      paramLabel = "MB",
      defaultValue = "4096",
      description =
          "The largest file that the child process may write, in megabytes; not on Windows; default"
              + " ${DEFAULT-VALUE}.")
  private int fileSize;

  @Option(
      names = "--timeout",
      paramLabel = "S",
      defaultValue = "300",
      description = "When the child process is killed, in seconds; default ${DEFAULT-VALUE}.")
  private int timeout;

  /** Whether a graph is run whatever it does. */
  public boolean trusted() {
    return trusted;
  }

  /** What the child may use. */
  public ChildLimits limits() {
    require("--heap", heap, 64);
    require("--memory", memory, heap);
    require("--file-size", fileSize, 1);
    require("--timeout", timeout, 1);
    return new ChildLimits(heap, timeout, memory, fileSize);
  }

  private void require(String option, int value, int least) {
    if (value < least) {
      throw new ParameterException(
          spec.commandLine(), option + " must be >= " + least + ", was " + value);
    }
  }
}
