package org.grokfast.tools.compare;

import java.io.IOException;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.grokfast.models.comparison.Comparison;
import org.grokfast.tools.console.VersionProvider;
import picocli.CommandLine;

/** Says where figures come from. */
final class Origins {
  private Origins() {}

  /** The command line, the versions and the machine of this process. */
  static Comparison.Origin of(CommandLine commandLine) throws IOException {
    CommandLine root = commandLine;
    while (root.getParent() != null) {
      root = root.getParent();
    }
    List<String> command = new ArrayList<>(List.of("grokfast"));
    command.addAll(root.getParseResult().originalArgs());
    String machine =
        Runtime.getRuntime().availableProcessors()
            + " processors, "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch");
    return new Comparison.Origin(
        command,
        Arrays.asList(new VersionProvider().getVersion()),
        machine,
        OffsetDateTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS).toString());
  }
}
