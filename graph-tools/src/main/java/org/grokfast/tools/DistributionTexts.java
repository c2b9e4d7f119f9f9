package org.grokfast.tools;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.grokfast.tools.console.CommandText;
import org.grokfast.tools.manual.CompletionVerb;
import org.grokfast.tools.manual.ManPage;
import picocli.CommandLine;

/** Writes what the distribution holds beside programs; run by the build. */
public final class DistributionTexts {
  private DistributionTexts() {}

  /**
   * Writes man pages into {@code man/man1} and completion scripts into {@code completion}.
   *
   * @param args the folder to write into
   */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    CommandLine program = Main.commandLine();
    List<CommandText> commands = CommandText.all(program);
    Path man = Files.createDirectories(folder.resolve("man/man1"));
    for (CommandText command : commands) {
      write(man.resolve(ManPage.fileName(command)), ManPage.of(command, commands));
    }
    Path completion = Files.createDirectories(folder.resolve("completion"));
    for (CompletionVerb.ShellKind shell : CompletionVerb.ShellKind.values()) {
      String name = "grokfast." + shell.name().toLowerCase(Locale.ROOT);
      write(completion.resolve(name), CompletionVerb.script(shell, program));
    }
  }

  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }
}
