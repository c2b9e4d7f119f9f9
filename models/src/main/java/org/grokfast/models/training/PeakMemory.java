package org.grokfast.models.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The largest memory the process has had. */
final class PeakMemory {
  private static final Logger LOGGER = LoggerFactory.getLogger(PeakMemory.class);
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String FIELD = "VmHWM:";
  private static final long KIBIBYTE = 1024;

  private PeakMemory() {}

  /** In bytes: of the whole process where the system says it, otherwise what the JVM holds now. */
  static long bytes() {
    if (Files.isReadable(STATUS)) {
      try {
        return parse(Files.readAllLines(STATUS));
      } catch (IOException e) {
        LOGGER.debug("{} can't be read; the JVM's memory is reported", STATUS, e);
      }
    }
    return Runtime.getRuntime().totalMemory();
  }

  static long parse(List<String> status) throws IOException {
    for (String line : status) {
      if (line.startsWith(FIELD)) {
        String number = line.substring(FIELD.length()).replace("kB", "").trim();
        return Long.parseLong(number) * KIBIBYTE;
      }
    }
    throw new IOException("no line " + FIELD);
  }
}
