package org.grokfast.models.imdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.grokfast.models.TrainingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReviewFilesTest {
  private static final String TABLE =
      """
      review,sentiment
      "A ""fine"" film, really",positive
      bad<br />film,negative
      so-so,negative
      """;

  @TempDir private Path folder;

  private List<Review> read(Path path, int count) {
    return ReviewFiles.read(Optional.of(path), count);
  }

  private Path write(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  @Test
  void aTableIsReadInItsOrderAsFarAsNeeded() throws IOException {
    write("IMDB Dataset.csv", TABLE + "a broken row that is not needed\n");
    assertThat(read(folder, 2))
        .containsExactly(
            new Review("A \"fine\" film, really", true), new Review("bad<br />film", false));
  }

  @Test
  void aCompressedTableMayHaveAnyName() throws IOException {
    Path file = Files.write(folder.resolve("mine"), gzip(TABLE.getBytes(StandardCharsets.UTF_8)));
    assertThat(read(file, 3)).hasSize(3);
  }

  @Test
  void aFolderWithinTheFolderIsFound() throws IOException {
    write("imdb/IMDB-Dataset.csv", TABLE);
    assertThat(read(folder, 3)).hasSize(3);
  }

  @Test
  void aSortedTableIsShuffledAlwaysInTheSameWay() throws IOException {
    StringBuilder rows = new StringBuilder("split,id,rating,sentiment,review\n");
    for (int i = 0; i < 40; i++) {
      rows.append("train,").append(i).append(",9,positive,r").append(i).append('\n');
    }
    List<Review> reviews = read(write("sample.csv", rows.toString()), 20);
    assertThat(reviews).isEqualTo(read(folder.resolve("sample.csv"), 40).subList(0, 20));
    assertThat(reviews)
        .extracting(Review::text)
        .isNotEqualTo(reviews.stream().map(Review::text).sorted().toList());
  }

  static Stream<Arguments> brokenTables() {
    return Stream.of(
        Arguments.of(
            "review,sentiment\nfine,positive\nbad\n", "row 2: it has 1 columns, expected 2"),
        Arguments.of("review,sentiment\na,b,positive\n", "row 1: it has 3 columns, expected 2"),
        Arguments.of(
            "review,sentiment\nfine,positive\n\"bad,negative\n",
            "row 2: (startline 3) EOF reached"),
        Arguments.of("review,sentiment\nfine,\n", "row 1: it has no label; expected positive or"),
        Arguments.of(
            "review,sentiment\nfine,7\n", "row 1: its sentiment is '7'; expected positive or"),
        Arguments.of("review,sentiment\n,positive\n", "row 1: its review is empty"),
        Arguments.of(
            "review\nfine\n", "is no table of reviews: its first line is 'review', expected"),
        Arguments.of(
            "<!DOCTYPE html>\n<html>\n",
            "is no table of reviews: its first line is '<!DOCTYPE html>', expected a header with"),
        Arguments.of("", "is no table of reviews: its first line is '', expected a header"));
  }

  @ParameterizedTest
  @MethodSource("brokenTables")
  void aBrokenTableIsNamedWithTheNumberOfItsRow(String content, String message) throws IOException {
    Path file = write("table.csv", content);
    assertThatThrownBy(() -> read(file, 5))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("'" + file + "' ")
        .hasMessageContaining(message);
  }

  @Test
  void aTruncatedCompressedTableIsNamed() throws IOException {
    byte[] whole = gzip((TABLE + "fine,positive\n".repeat(5_000)).getBytes(StandardCharsets.UTF_8));
    Path file = Files.write(folder.resolve("a.csv.gz"), Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> read(file, 5_000))
        .hasMessage("'" + file + "' ends amid its data: it was cut off. Fetch it again");
  }

  @Test
  void aTableInAnotherEncodingIsNamed() throws IOException {
    Path file =
        Files.write(
            folder.resolve("a.csv"),
            TABLE.replace("so-so", "café").getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> read(file, 3))
        .hasMessageStartingWith("'" + file + "' is no text in UTF-8; expected Kaggle's");
  }

  @Test
  void aKnownFileWithAnotherContentIsNamed() throws IOException {
    Path file = write("IMDB-Dataset-first1499.csv", TABLE);
    assertThatThrownBy(() -> read(folder, 3))
        .hasMessageStartingWith(
            "'" + file + "' holds " + TABLE.length() + " bytes, expected 1928726");
  }

  @Test
  void moreReviewsThanThereAreIsRefused() throws IOException {
    Path file = write("a.csv", TABLE);
    assertThatThrownBy(() -> read(file, 4))
        .hasMessage(
            "'"
                + file
                + "' holds 3 reviews, fewer than the 4 asked for; ask for fewer, or give more"
                + " data");
  }

  @Test
  void aFolderWithoutReviewsSaysWhatIsExpected() {
    assertThatThrownBy(() -> read(folder, 3))
        .hasMessageStartingWith(
            "'"
                + folder
                + "' holds no reviews; expected Kaggle's 'IMDB Dataset.csv', or the folder"
                + " aclImdb");
  }

  @Test
  void aPathThatIsNotThereIsNamed() {
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> read(missing, 3)).hasMessageContaining("'" + missing + "'");
  }

  private void aclImdb() throws IOException {
    for (int i = 0; i < 6; i++) {
      write("aclImdb/train/pos/" + i + "_9.txt", "fine " + i);
      write("aclImdb/test/neg/" + i + "_2.txt", "bad " + i);
      write("aclImdb/train/unsup/" + i + "_0.txt", "what " + i);
    }
  }

  @Test
  void folderAndArchiveGiveTheSameReviews() throws IOException {
    aclImdb();
    Path archive = folder.resolve("aclImdb_v1.tar.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(archive));
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out);
        Stream<Path> files = Files.walk(folder.resolve("aclImdb"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        tar.putArchiveEntry(new TarArchiveEntry(file.toFile(), folder.relativize(file).toString()));
        Files.copy(file, tar);
        tar.closeArchiveEntry();
      }
    }
    List<Review> reviews = read(folder, 12);
    assertThat(reviews)
        .containsAll(List.of(new Review("fine 5", true), new Review("bad 0", false)))
        .allSatisfy(review -> assertThat(review.text()).doesNotContain("what"))
        .isEqualTo(read(archive, 12))
        .isEqualTo(read(folder.resolve("aclImdb"), 12));
  }

  static Stream<Arguments> wrongFiles() {
    return Stream.of(
        Arguments.of(
            "train/pos/review.txt", "fine", "is not named <number>_<stars>.txt; give it the name"),
        Arguments.of("train/neg/77_9.txt", "fine", "has 9 stars; expected 1 to 4 there"),
        Arguments.of("test/pos/77_5.txt", "fine", "has 5 stars; expected 7 to 10 there"),
        Arguments.of("test/pos/77_8.txt", " ", "is empty"));
  }

  @ParameterizedTest
  @MethodSource("wrongFiles")
  void aFileThatIsNotWhatItsPlaceSaysIsNamed(String path, String text, String message)
      throws IOException {
    aclImdb();
    write("aclImdb/" + path, text);
    assertThatThrownBy(() -> read(folder, 3))
        .hasMessageStartingWith(
            "'" + folder.resolve("aclImdb") + "': the file " + path + " " + message);
  }

  @Test
  void unlabelledReviewsAloneAreRefused() throws IOException {
    write("train/unsup/1_0.txt", "what");
    assertThatThrownBy(() -> read(folder, 3))
        .hasMessage(
            "'"
                + folder
                + "' holds no labelled reviews, only those of train/unsup; expected files in"
                + " train/pos, train/neg, test/pos and test/neg");
  }
}
