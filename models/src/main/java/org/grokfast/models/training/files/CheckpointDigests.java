package org.grokfast.models.training.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The file {@code SHA256SUMS} of a checkpoint: the SHA-256 of every other file, as {@code sha256sum
 * -c} reads it, below a line with the SHA-256 of these lines. So each bit of a checkpoint is under
 * a digest, and what was changed, taken away or added can be named.
 */
final class CheckpointDigests {
  static final String NAME = "SHA256SUMS";
  private static final String HEADER = "# SHA-256 of the lines below: ";
  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64})  (.+)");
  private static final long MOST_BYTES = 1 << 20;

  private CheckpointDigests() {}

  /** Whether a checkpoint has the file. */
  static boolean exist(Path checkpoint) {
    return Files.exists(checkpoint.resolve(NAME), LinkOption.NOFOLLOW_LINKS);
  }

  /** Writes the file for all others that lie there. */
  static void write(Path checkpoint) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String name : names(checkpoint)) {
      String digest = Digests.sha256(checkpoint.resolve(name));
      lines.append(digest).append("  ").append(name).append('\n');
    }
    Files.writeString(
        checkpoint.resolve(NAME),
        HEADER + Digests.sha256(lines) + "\n" + lines,
        StandardCharsets.ISO_8859_1);
  }

  /** What is not as it was written, of a checkpoint that has the file. */
  static Optional<String> fault(Path checkpoint) throws IOException {
    Optional<SortedMap<String, String>> digests = read(checkpoint.resolve(NAME));
    return digests.isPresent() ? fault(checkpoint, digests.get()) : Optional.of(changed(NAME));
  }

  /** What is not as the digests by name say: they are of all files that there should be. */
  static Optional<String> fault(Path checkpoint, SortedMap<String, String> digests)
      throws IOException {
    Set<String> names = names(checkpoint);
    for (var entry : digests.entrySet()) {
      Path path = checkpoint.resolve(entry.getKey());
      if (!names.remove(entry.getKey()) || !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
        return Optional.of(entry.getKey() + " is missing");
      }
      if (!Digests.sha256(path).equals(entry.getValue())) {
        return Optional.of(changed(entry.getKey() + " (" + Files.size(path) + " bytes)"));
      }
    }
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of(names.iterator().next() + " is not a file of it, and was added");
  }

  private static String changed(String name) {
    return name + " is not what was written";
  }

  private static Set<String> names(Path checkpoint) throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.list(checkpoint)) {
      files.map(file -> file.getFileName().toString()).forEach(names::add);
    }
    names.remove(NAME);
    return names;
  }

  /** The digests by name; nothing if the file is not what was written. */
  private static Optional<SortedMap<String, String>> read(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MOST_BYTES) {
      return Optional.empty();
    }
    // Every byte is a character, so that no two texts that differ are read as the same.
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    int end = text.indexOf('\n') + 1;
    String lines = text.substring(end);
    if (!text.substring(0, end).equals(HEADER + Digests.sha256(lines) + "\n")) {
      return Optional.empty();
    }
    SortedMap<String, String> digests = new TreeMap<>();
    for (String line : lines.lines().toList()) {
      Matcher match = LINE.matcher(line);
      if (!match.matches() || digests.put(match.group(2), match.group(1)) != null) {
        return Optional.empty();
      }
    }
    return Optional.of(digests);
  }
}
