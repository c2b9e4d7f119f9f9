package org.grokfast.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hidden files and folders beside an output: {@code .name.grokfast-WRITER-XXXX.tmp} while it is
 * written, {@code .name.grokfast-WRITER-XXXX.old} for what it replaces. WRITER is the process, so
 * that what a killed one leaves can be told from what another one is writing.
 */
final class OutputSiblings {
  private static final String MARK = ".grokfast-";
  private static final String TEMPORARY = ".tmp";
  private static final String OLD = ".old";
  private static final int LONGEST_NAME = 100;
  private static final Logger LOG = LoggerFactory.getLogger(OutputSiblings.class);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path folder;
  private final String stem;

  private OutputSiblings(Path folder, String stem) {
    this.folder = folder;
    this.stem = stem;
  }

  /**
   * The siblings of an output whose folder has to exist.
   *
   * @throws GraphFileException if it doesn't, is no folder or can't be written to
   */
  static OutputSiblings of(Path output) {
    Path absolute = output.toAbsolutePath().normalize();
    Path folder = absolute.getParent();
    if (folder == null) {
      throw new GraphFileException(
          output + ": the root folder can't be written. Give a path in it.");
    }
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new GraphFileException(
          output + ": " + folder + " is no folder. Choose another output.");
    }
    if (!Files.isDirectory(folder)) {
      throw new GraphFileException(
          output + ": the folder " + folder + " does not exist. Create it first (mkdir -p).");
    }
    if (!Files.isWritable(folder)) {
      throw new GraphFileException(
          output + ": no permission to write into " + folder + ". Choose another folder.");
    }
    String stem =
        "."
            + name(absolute)
            + MARK
            + WriterProcess.label()
            + String.format(Locale.ROOT, "-%08x", RANDOM.nextInt());
    return new OutputSiblings(folder, stem);
  }

  Path temporary() {
    return folder.resolve(stem + TEMPORARY);
  }

  Path old() {
    return folder.resolve(stem + OLD);
  }

  Path folder() {
    return folder;
  }

  /** Says where the previous version is, if an interrupted replacement took the output away. */
  static Optional<String> notice(Path output) {
    if (Files.exists(output, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    List<Path> old = left(output);
    return old.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "An interrupted run left the previous version as "
                + old.get(old.size() - 1)
                + ": rename it to "
                + output
                + " to get it back, or delete it.");
  }

  /** The previous versions that interrupted runs left beside an output. */
  private static List<Path> left(Path output) {
    Path absolute = output.toAbsolutePath().normalize();
    Path folder = absolute.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      return List.of();
    }
    String start = "." + name(absolute) + MARK;
    try (var entries = Files.list(folder)) {
      return entries
          .filter(entry -> entry.getFileName().toString().startsWith(start))
          .filter(entry -> entry.getFileName().toString().endsWith(OLD))
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /**
   * Removes what killed runs left beside an output: unfinished files, and previous versions of an
   * output that is there again. What a running process, another machine or another output owns
   * stays.
   */
  static void removeStale(Path output) {
    Path absolute = output.toAbsolutePath().normalize();
    boolean exists = Files.exists(absolute, LinkOption.NOFOLLOW_LINKS);
    Pattern own =
        Pattern.compile(
            Pattern.quote("." + name(absolute) + MARK)
                + "("
                + WriterProcess.PATTERN
                + ")-[0-9a-f]{8}(\\.tmp|\\.old)");
    try (var entries = Files.list(absolute.getParent())) {
      for (Path entry : entries.toList()) {
        Matcher name = own.matcher(entry.getFileName().toString());
        if (name.matches()
            && (exists || entry.toString().endsWith(TEMPORARY))
            && WriterProcess.hasEnded(name.group(1))) {
          FileTrees.delete(entry);
        }
      }
    } catch (IOException e) {
      LOG.debug("{}: what an earlier run left was not removed", output, e);
    }
  }

  private static String name(Path path) {
    String name = path.getFileName().toString();
    return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
  }
}
