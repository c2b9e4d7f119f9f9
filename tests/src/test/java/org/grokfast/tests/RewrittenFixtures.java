package org.grokfast.tests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Every training graph that the tests bring along, and the filters with which each is rewritten.
 */
final class RewrittenFixtures {
  private static final Path RESOURCES =
      Path.of(System.getProperty("grokfast.root"), "tests/src/test/resources");

  private static final List<String> FOLDERS =
      List.of(
          "interop/graphdef",
          "interop/metagraph",
          "interop/pbtxt",
          "interop/savedmodel",
          "interop/savedmodel_v1",
          "graphs",
          "onnx",
          "onnx/exported",
          "onnx/optimizers",
          "onnx/artifacts");
  private static final Pattern GRAPH = Pattern.compile(".*\\.(pb|pbtxt|meta|onnx|metagraph)");

  /** Enough of SHA-256 to tell files apart: 96 bits, in hexadecimal digits. */
  private static final int DIGITS = 24;

  private RewrittenFixtures() {}

  /** The options of one rewrite. */
  enum Variant {
    DEFAULT(),
    CONSTANTS("--no-tunable"),
    ZERO("--first-step", "zero", "--no-tunable"),
    DEBIAS("--first-step", "debias"),
    HALF("--state-dtype", "float16", "--non-finite", "skip"),
    SCHEDULE("--compensate-lr", "--start-step", "5", "--stop-step", "50", "--ramp-steps", "3"),
    WINDOW("--filter", "ma", "--window", "10"),
    SUM("--filter", "ma", "--window", "3", "--type", "sum", "--no-warmup", "--non-finite", "skip"),
    ORTHOGONAL("--filter", "orthogonal"),
    ORTHOGONAL_CONSTANTS("--filter", "orthogonal", "--no-tunable", "--non-finite", "skip"),
    LAZY("--sparse", "lazy"),
    LAZY_WINDOW("--filter", "ma", "--window", "3", "--sparse", "lazy"),
    OVERRIDE("--override", "w:alpha=0.5,lamb=0.1");

    private final String options;

    Variant(String... options) {
      this.options = String.join(" ", options);
    }

    List<String> options() {
      return options.isEmpty() ? List.of() : List.of(options.split(" ", -1));
    }
  }

  /** The files, and the folders that are read as one file, in the order of their names. */
  static List<Path> all() throws IOException {
    List<Path> all = new ArrayList<>();
    for (String folder : FOLDERS) {
      try (Stream<Path> entries = Files.list(RESOURCES.resolve(folder))) {
        entries.filter(RewrittenFixtures::isGraph).sorted().forEach(all::add);
      }
    }
    return all;
  }

  private static boolean isGraph(Path path) {
    return Files.isDirectory(path)
        ? Files.exists(path.resolve("saved_model.pb"))
            || Files.exists(path.resolve("training_model.onnx"))
        : GRAPH.matcher(path.toString()).matches();
  }

  /** What the digests call a fixture: its path below the resources. */
  static String name(Path fixture) {
    return RESOURCES.relativize(fixture).toString();
  }

  /** The extension of a file with its dot; nothing for a folder. */
  static String extension(Path fixture) {
    String name = fixture.toString();
    return Files.isDirectory(fixture) ? "" : name.substring(name.lastIndexOf('.'));
  }

  /** The digest of a file, or of the names and digests of the files in a folder. */
  static String digest(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return digest(Files.readAllBytes(path));
    }
    StringBuilder listing = new StringBuilder();
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        listing
            .append(path.relativize(file))
            .append(' ')
            .append(digest(Files.readAllBytes(file)))
            .append('\n');
      }
    }
    return digest(listing.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static String digest(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(hash).substring(0, DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
