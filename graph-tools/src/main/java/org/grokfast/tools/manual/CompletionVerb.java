package org.grokfast.tools.manual;

import java.util.concurrent.Callable;
import org.grokfast.tools.console.ExitCode;
import org.grokfast.tools.console.VersionProvider;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The verb {@code completion}. */
@Command(
    name = "completion",
    description = "Prints a script by which a shell completes verbs and options.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    footer = {
      "",
      "Examples:",
      "  source <(grokfast completion bash)",
      "  grokfast completion zsh >~/.grokfast-completion",
      "  echo 'source ~/.grokfast-completion' >>~/.zshrc"
    })
public final class CompletionVerb implements Callable<Integer> {
  /** The shells that are known. */
  public enum ShellKind {
    BASH,
    ZSH
  }

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "SHELL",
      arity = "0..1",
      defaultValue = "bash",
      description = "bash or zsh; default ${DEFAULT-VALUE}.")
  private ShellKind shell;

  @Override
  public Integer call() {
    spec.commandLine().getOut().print(script(shell, spec.root().commandLine()));
    spec.commandLine().getOut().flush();
    return ExitCode.DONE;
  }

  /** The script of a shell for a program. */
  public static String script(ShellKind shell, CommandLine program) {
    String script = AutoComplete.bash(program.getCommandName(), program);
    // In zsh the script runs on bashcompinit, which needs compinit before it.
    return shell == ShellKind.ZSH
        ? "autoload -Uz compinit && compinit\nautoload -Uz bashcompinit && bashcompinit\n" + script
        : script;
  }
}
