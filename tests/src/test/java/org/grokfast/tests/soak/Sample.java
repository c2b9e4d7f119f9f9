package org.grokfast.tests.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;

/**
 * What a process held at a moment.
 *
 * @param seconds since its start
 * @param done how many steps or rounds it had made
 * @param residentKilobytes physical memory
 * @param handles open files, sockets and pipes
 * @param threads of the process
 * @param natives objects of native libraries that Java holds, tensors among them
 * @param nativeBytes of those whose size is known
 */
record Sample(
    double seconds,
    int done,
    long residentKilobytes,
    long handles,
    long threads,
    long natives,
    long nativeBytes) {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path HANDLES = Path.of("/proc/self/fd");
  private static final String MARK = "sample ";

  /** Whether a process can be measured here. */
  static boolean isPossible() {
    return Files.isReadable(STATUS) && Files.isDirectory(HANDLES);
  }

  static Sample now(double seconds, int done) {
    try (Stream<Path> handles = Files.list(HANDLES)) {
      List<String> status = Files.readAllLines(STATUS);
      return new Sample(
          seconds,
          done,
          field(status, "VmRSS:"),
          handles.count(),
          field(status, "Threads:"),
          Pointer.totalCount(),
          Pointer.totalBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same after a collection, when nothing is held that only waits to be freed. */
  static Sample settled(double seconds, int done) {
    System.gc();
    Pointer.deallocateReferences();
    return now(seconds, done);
  }

  private static long field(List<String> status, String name) {
    return status.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.replaceAll("\\D", ""))
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElseThrow();
  }

  /** A line from which {@link #parse} makes it again. */
  String toLine() {
    return String.format(
        Locale.ROOT,
        "%s%.3f %d %d %d %d %d %d",
        MARK,
        seconds,
        done,
        residentKilobytes,
        handles,
        threads,
        natives,
        nativeBytes);
  }

  static boolean isLine(String line) {
    return line.startsWith(MARK);
  }

  static Sample parse(String line) {
    String[] parts = line.substring(MARK.length()).split(" ", -1);
    return new Sample(
        Double.parseDouble(parts[0]),
        Integer.parseInt(parts[1]),
        Long.parseLong(parts[2]),
        Long.parseLong(parts[3]),
        Long.parseLong(parts[4]),
        Long.parseLong(parts[5]),
        Long.parseLong(parts[6]));
  }
}
