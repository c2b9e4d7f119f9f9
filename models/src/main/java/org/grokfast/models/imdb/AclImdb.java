package org.grokfast.models.imdb;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.grokfast.models.TrainingException;
import org.grokfast.models.random.TorchRandom;

/**
 * Reads the Large Movie Review Dataset as its authors publish it: a file for each review, {@code
 * train/pos/127_10.txt}, in which 127 is its number and 10 the stars it gives. Both halves are
 * taken, as Kaggle's table does. The files are put in the order of their paths and then shuffled,
 * in the same way always, so that folder and archive give the same reviews. {@code train/unsup},
 * which has no labels, is left out.
 */
final class AclImdb {
  private static final List<String> LABELLED =
      List.of("train/pos", "train/neg", "test/pos", "test/neg");
  private static final String UNLABELLED = "train/unsup";
  private static final Pattern PATH = Pattern.compile("(?:.*/)?((?:train|test)/(pos|neg)/([^/]+))");
  private static final Pattern NAME = Pattern.compile("\\d+_(\\d+)\\.txt");
  private static final int LEAST_POSITIVE = 7;
  private static final int MOST_NEGATIVE = 4;

  private final Path source;
  private final SortedMap<String, Review> byPath = new TreeMap<>();
  private boolean unlabelled;

  private AclImdb(Path source) {
    this.source = source;
  }

  /** Whether a folder is one. */
  static boolean isIn(Path folder) {
    return Stream.concat(LABELLED.stream(), Stream.of(UNLABELLED))
        .anyMatch(part -> Files.isDirectory(folder.resolve(part)));
  }

  /**
   * Reads a folder.
   *
   * @throws TrainingException if it has no labelled reviews or a file isn't what its name says
   */
  static List<Review> readFolder(Path folder) throws IOException {
    AclImdb all = new AclImdb(folder);
    all.unlabelled = Files.isDirectory(folder.resolve(UNLABELLED));
    for (String part : LABELLED) {
      Path inner = folder.resolve(part);
      if (Files.isDirectory(inner)) {
        try (Stream<Path> files = Files.list(inner)) {
          for (Path file : files.sorted().toList()) {
            if (!Files.isHidden(file)) {
              all.add(part + "/" + file.getFileName(), Files.readAllBytes(file));
            }
          }
        }
      }
    }
    return all.reviews();
  }

  /**
   * Reads an uncompressed tar archive.
   *
   * @param archive where it comes from, for messages
   * @throws TrainingException if it has no labelled reviews or a file isn't what its name says
   */
  static List<Review> readArchive(Path archive, InputStream in) throws IOException {
    AclImdb all = new AclImdb(archive);
    try (TarArchiveInputStream tar = new TarArchiveInputStream(in)) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        all.unlabelled |= entry.getName().contains(UNLABELLED);
        Matcher path = PATH.matcher(entry.getName());
        if (entry.isFile() && path.matches() && !path.group(3).startsWith(".")) {
          all.add(path.group(1), tar.readAllBytes());
        }
      }
    }
    return all.reviews();
  }

  /** Always the same order. */
  static List<Review> shuffled(List<Review> reviews) {
    return Arrays.stream(new TorchRandom(0).permutation(reviews.size()))
        .mapToObj(reviews::get)
        .toList();
  }

  private void add(String path, byte[] content) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      throw wrong(path, "is not named <number>_<stars>.txt; give it the name that it had");
    }
    boolean positive = path.contains("/pos/");
    int stars = Integer.parseInt(parts.group(1));
    if (positive ? stars < LEAST_POSITIVE : stars > MOST_NEGATIVE) {
      throw wrong(
          path,
          "has " + stars + " stars; expected " + (positive ? "7 to 10" : "1 to 4") + " there");
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw wrong(path, "is no text in UTF-8");
    }
    if (text.isBlank()) {
      throw wrong(path, "is empty");
    }
    byPath.put(path, new Review(text, positive));
  }

  private TrainingException wrong(String path, String what) {
    return new TrainingException("'" + source + "': the file " + path + " " + what);
  }

  private List<Review> reviews() {
    if (byPath.isEmpty()) {
      throw new TrainingException(
          "'"
              + source
              + "' holds no labelled reviews"
              + (unlabelled ? ", only those of train/unsup" : "")
              + "; expected files in train/pos, train/neg, test/pos and test/neg");
    }
    return shuffled(List.copyOf(byPath.values()));
  }
}
