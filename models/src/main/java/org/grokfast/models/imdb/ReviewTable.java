package org.grokfast.models.imdb;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.zip.ZipException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.grokfast.models.TrainingException;

/**
 * Reads a table of reviews, CSV as of RFC 4180 in UTF-8, with the columns {@code review} and {@code
 * sentiment}, which is {@code positive} or {@code negative}. A table with a column {@code split} is
 * sorted as aclImdb is and therefore shuffled, in the same way always; others keep their order.
 *
 * @param file where it comes from, for messages
 * @param count how many rows are needed; of a table that keeps its order the rest is not read
 */
record ReviewTable(Path file, int count) {
  private static final String REVIEW = "review";
  private static final String SENTIMENT = "sentiment";
  private static final String SPLIT = "split";
  private static final int SHOWN = 40;

  /**
   * Reads it.
   *
   * @throws TrainingException if it is no such table or a row is broken; rows are numbered from 1,
   *     the header not counted
   * @throws IOException if the bytes can't be read or are no UTF-8
   */
  List<Review> read(InputStream in) throws IOException {
    Reader text =
        new InputStreamReader(
            in,
            StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT));
    CSVFormat format = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();
    try (CSVParser parser = parser(text, format)) {
      List<String> header = parser.getHeaderNames();
      boolean sorted = header.contains(SPLIT);
      List<Review> reviews = new ArrayList<>();
      Iterator<CSVRecord> rows = parser.iterator();
      while ((sorted || reviews.size() < count) && hasNext(rows, reviews.size() + 1)) {
        reviews.add(review(rows.next(), header.size(), reviews.size() + 1));
      }
      return sorted ? AclImdb.shuffled(reviews) : reviews;
    }
  }

  private CSVParser parser(Reader text, CSVFormat format) throws IOException {
    try {
      CSVParser parser = CSVParser.builder().setReader(text).setFormat(format).get();
      List<String> header = parser.getHeaderNames();
      if (!header.contains(REVIEW) || !header.contains(SENTIMENT)) {
        throw new TrainingException(
            "'"
                + file
                + "' is no table of reviews: its first line is '"
                + shortened(String.join(",", header))
                + "', expected a header with the columns review and sentiment");
      }
      return parser;
    } catch (IllegalArgumentException e) {
      throw new TrainingException(
          "'"
              + file
              + "' is no table of reviews: "
              + e.getMessage()
              + "; expected a header with the columns review and sentiment",
          e);
    }
  }

  private boolean hasNext(Iterator<CSVRecord> rows, int row) throws IOException {
    try {
      return rows.hasNext();
    } catch (UncheckedIOException e) {
      IOException cause = e.getCause();
      if (cause instanceof EOFException
          || cause instanceof ZipException
          || cause instanceof CharacterCodingException) {
        throw cause;
      }
      throw broken(row, cause.getMessage());
    }
  }

  private Review review(CSVRecord record, int columns, int row) {
    if (record.size() != columns) {
      throw broken(row, "it has " + record.size() + " columns, expected " + columns);
    }
    String text = record.get(REVIEW);
    if (text.isBlank()) {
      throw broken(row, "its review is empty");
    }
    String sentiment = record.get(SENTIMENT);
    if (sentiment.isBlank()) {
      throw broken(row, "it has no label; expected positive or negative as its sentiment");
    }
    if (!sentiment.equals("positive") && !sentiment.equals("negative")) {
      throw broken(
          row, "its sentiment is '" + shortened(sentiment) + "'; expected positive or negative");
    }
    return new Review(text, sentiment.equals("positive"));
  }

  private TrainingException broken(int row, String what) {
    return new TrainingException("'" + file + "' has a broken row " + row + ": " + what);
  }

  private static String shortened(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }
}
