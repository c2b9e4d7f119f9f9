package org.grokfast.tools.verify;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The POSIX shell that limits a child's address space and files: Java has no call for it.
 *
 * @param path where it lies
 */
public record ChildShell(Path path) {
  /** Names another shell than {@code /bin/sh}, for systems that keep it elsewhere. */
  public static final String PROPERTY = "grokfast.shell";

  /** POSIX counts files in blocks of 512 bytes. */
  private static final long BLOCKS_A_MEBIBYTE = 2_048;

  private static final long KIBIBYTES_A_MEBIBYTE = 1_024;

  /** Sets limits on the files and the address space, and goes on as the program. */
  private static final String LIMITED =
      "ulimit -f \"$1\" 2>/dev/null; ulimit -v \"$2\" 2>/dev/null; shift 2; exec \"$@\"";

  /** That of this system. */
  public static ChildShell ofSystem() {
    return new ChildShell(Path.of(System.getProperty(PROPERTY, "/bin/sh")));
  }

  /** What the user has to know of the limits of a child; empty where all of them hold. */
  public Optional<String> notice() {
    return Files.isExecutable(path)
        ? Optional.empty()
        : Optional.of(
            "note: there is no "
                + path
                + " here, so of the child process only the time (--timeout) and the Java heap"
                + " (--heap) are limited, not its memory and files");
  }

  /** The words that start a program within limits; none where there is no shell. */
  List<String> words(ChildLimits limits) {
    if (!Files.isExecutable(path)) {
      return List.of();
    }
    return List.of(
        path.toString(),
        "-c",
        LIMITED,
        "grokfast",
        Long.toString(limits.fileMegabytes() * BLOCKS_A_MEBIBYTE),
        Long.toString(limits.memoryMegabytes() * KIBIBYTES_A_MEBIBYTE));
  }
}
