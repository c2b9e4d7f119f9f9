package org.grokfast.io;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The process that writes a hidden sibling, as it stands in its name: a digest of the host's name,
 * since folders are shared between machines and containers, and the process id.
 */
final class WriterProcess {
  /** What {@link #label} gives, with the groups host and process. */
  static final String PATTERN = "([0-9a-f]{8})-([0-9]{1,10})";

  private static final Path LINUX_HOST = Path.of("/proc/sys/kernel/hostname");

  private WriterProcess() {}

  /** This process. */
  static String label() {
    return host() + "-" + ProcessHandle.current().pid();
  }

  /** Whether the process surely ran on this host and runs no more. */
  static boolean hasEnded(String label) {
    Matcher matcher = Pattern.compile(PATTERN).matcher(label);
    return matcher.matches()
        && matcher.group(1).equals(host())
        && ProcessHandle.of(Long.parseLong(matcher.group(2)))
            .filter(ProcessHandle::isAlive)
            .isEmpty();
  }

  private static String host() {
    return String.format(Locale.ROOT, "%08x", name().hashCode());
  }

  private static String name() {
    try {
      return Files.isReadable(LINUX_HOST)
          ? Files.readString(LINUX_HOST).strip()
          : InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      return "";
    }
  }
}
