package org.grokfast.models.imdb;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.grokfast.models.TrainingException;
import org.grokfast.models.data.CheckedFile;
import org.grokfast.models.data.DataFolder;

/**
 * Finds and reads reviews: Kaggle's table, a table of a part of aclImdb, the folder aclImdb, or its
 * archive. What a file is, is told by its content, so a file may have any name if it is given.
 */
final class ReviewFiles {
  /** Tables whose content is known, in the order in which they are looked for. */
  private static final List<CheckedFile> KNOWN =
      List.of(
          new CheckedFile(
              "IMDB-Dataset-first1499.csv",
              1_928_726,
              "f60242e936deb34548e5e8aa83c76e761ef84d99985faa22eaeb9d2aefb9b80a"),
          new CheckedFile(
              "aclImdb-sample.csv",
              26_520_016,
              "ba625d2b89032c9cc7bc70e4ec7359d53767d14a195797593f2ebf9c3cdd7758"));

  /** Files of others in several editions, in the order in which they are looked for. */
  private static final List<String> NAMES =
      List.of("IMDB Dataset.csv", "IMDB-Dataset.csv", "aclImdb_v1.tar.gz", "aclImdb_v1.tar");

  private static final String EXPECTED =
      "expected Kaggle's 'IMDB Dataset.csv', or the folder aclImdb or the archive aclImdb_v1.tar.gz"
          + " of https://ai.stanford.edu/~amaas/data/sentiment";

  private static final int BUFFER = 1 << 16;
  private static final byte[] GZIP_MAGIC = {0x1F, (byte) 0x8B};
  private static final int TAR_MAGIC_AT = 257;
  private static final byte[] TAR_MAGIC = {'u', 's', 't', 'a', 'r'};

  private ReviewFiles() {}

  /**
   * Reads the first reviews.
   *
   * @param given a file or a folder; if it is missing, the environment says a folder
   * @param count how many
   * @throws TrainingException if there is no data, it is damaged, or holds fewer
   */
  static List<Review> read(Optional<Path> given, int count) {
    Path place =
        given
            .filter(Files::isRegularFile)
            .or(() -> DataFolder.find(given, SentimentModel.NAME))
            .orElseThrow(
                () ->
                    new TrainingException(
                        "there are no reviews: give their file or folder with --data-dir, or set "
                            + DataFolder.VARIABLE
                            + "; "
                            + EXPECTED
                            + ". --generated checks that the task runs without them"));
    List<Review> reviews = readFrom(place, count);
    if (reviews.size() < count) {
      throw new TrainingException(
          "'"
              + place
              + "' holds "
              + reviews.size()
              + " reviews, fewer than the "
              + count
              + " asked for; ask for fewer, or give more data");
    }
    return reviews.subList(0, count);
  }

  private static List<Review> readFrom(Path place, int count) {
    try {
      if (Files.isRegularFile(place)) {
        return readFile(place, count);
      }
      for (Path folder : List.of(place, place.resolve("aclImdb"))) {
        if (AclImdb.isIn(folder)) {
          return AclImdb.readFolder(folder);
        }
      }
      for (String name : NAMES) {
        Path file = place.resolve(name);
        if (Files.isRegularFile(file)) {
          return readFile(file, count);
        }
      }
      for (CheckedFile known : KNOWN) {
        Optional<Path> file = known.in(place);
        if (file.isPresent()) {
          byte[] content = known.read(file.get());
          return new ReviewTable(file.get(), count).read(new ByteArrayInputStream(content));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + place, e);
    }
    throw new TrainingException("'" + place + "' holds no reviews; " + EXPECTED);
  }

  private static List<Review> readFile(Path file, int count) throws IOException {
    try (InputStream raw = buffered(Files.newInputStream(file));
        InputStream in = startsWithGzip(raw) ? buffered(new GZIPInputStream(raw, BUFFER)) : raw) {
      if (isTar(in)) {
        return AclImdb.readArchive(file, in);
      }
      return new ReviewTable(file, count).read(in);
    } catch (EOFException e) {
      throw new TrainingException(
          "'" + file + "' ends amid its data: it was cut off. Fetch it again", e);
    } catch (ZipException e) {
      throw new TrainingException("'" + file + "' is a damaged gzip file. Fetch it again", e);
    } catch (CharacterCodingException e) {
      throw new TrainingException("'" + file + "' is no text in UTF-8; " + EXPECTED, e);
    }
  }

  private static InputStream buffered(InputStream in) {
    return new BufferedInputStream(in, BUFFER);
  }

  private static boolean startsWithGzip(InputStream in) throws IOException {
    return Arrays.equals(peek(in, GZIP_MAGIC.length), GZIP_MAGIC);
  }

  private static boolean isTar(InputStream in) throws IOException {
    byte[] start = peek(in, TAR_MAGIC_AT + TAR_MAGIC.length);
    return start.length == TAR_MAGIC_AT + TAR_MAGIC.length
        && Arrays.equals(start, TAR_MAGIC_AT, start.length, TAR_MAGIC, 0, TAR_MAGIC.length);
  }

  private static byte[] peek(InputStream in, int bytes) throws IOException {
    in.mark(bytes);
    byte[] start = in.readNBytes(bytes);
    in.reset();
    return start;
  }
}
