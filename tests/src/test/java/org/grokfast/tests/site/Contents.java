package org.grokfast.tests.site;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * What the site shows: the groups of {@code docs/site.yaml}, a listing for each folder of {@code
 * docs/examples}, and what is generated from code.
 *
 * @param groups by name, in the order of the navigation
 */
record Contents(Map<String, List<Entry>> groups) {
  private static final String EXAMPLES = "docs/examples";

  /**
   * A page.
   *
   * @param source the file or folder in the repository, with slashes
   * @param page the page's place in the site
   * @param title what the navigation calls it
   */
  record Entry(String source, String page, String title) {}

  /** Reads the contents of a checkout. */
  static Contents read(Path root) throws IOException {
    Map<String, List<Entry>> groups = new LinkedHashMap<>();
    TreeSet<String> named = new TreeSet<>();
    String last = "";
    for (Object item : (List<?>) load(root.resolve("docs/site.yaml"))) {
      Map<?, ?> group = (Map<?, ?>) item;
      last = (String) group.get("group");
      List<Entry> entries = new java.util.ArrayList<>();
      ((Map<?, ?>) group.get("pages"))
          .forEach(
              (source, title) ->
                  entries.add(new Entry((String) source, page((String) source), (String) title)));
      entries.forEach(entry -> named.add(entry.source()));
      groups.put(last, entries);
    }
    for (String source : pagesOfDocs(root)) {
      if (!named.contains(source)) {
        String title = Markdown.read(root.resolve(source)).title();
        groups.get(last).add(new Entry(source, page(source), title));
      }
    }
    groups.values().removeIf(List::isEmpty);
    groups.put("Examples", examples(root));
    return new Contents(groups);
  }

  private static Object load(Path file) throws IOException {
    return new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
  }

  private static List<String> pagesOfDocs(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root.resolve("docs"))) {
      return files
          .map(file -> slashes(root.relativize(file)))
          .filter(source -> source.endsWith(".md") && !source.startsWith(EXAMPLES))
          .sorted()
          .toList();
    }
  }

  private static List<Entry> examples(Path root) throws IOException {
    try (Stream<Path> folders = Files.list(root.resolve(EXAMPLES))) {
      return folders
          .filter(Files::isDirectory)
          .map(folder -> slashes(root.relativize(folder)))
          .sorted()
          .map(source -> new Entry(source, page(source), source.substring(EXAMPLES.length() + 1)))
          .toList();
    }
  }

  /** All pages, in the order of the navigation. */
  List<Entry> entries() {
    return groups.values().stream().flatMap(List::stream).toList();
  }

  /** The page made from a file or folder of the repository. */
  Optional<Entry> of(String source) {
    return entries().stream().filter(entry -> entry.source().equals(source)).findFirst();
  }

  /** The folder of the examples that a file belongs to, if it does. */
  Optional<Entry> exampleWith(String source) {
    return entries().stream()
        .filter(entry -> entry.source().startsWith(EXAMPLES))
        .filter(entry -> source.startsWith(entry.source() + "/"))
        .findFirst();
  }

  static String slashes(Path path) {
    return path.toString().replace('\\', '/');
  }

  private static String page(String source) {
    if (source.equals("README.md")) {
      return "index.html";
    }
    if (source.startsWith("docs/")) {
      return source
              .substring("docs/".length())
              .replaceAll("README\\.md$", "index")
              .replaceAll("\\.md$", "")
          + ".html";
    }
    return source
            .replaceAll("(/README)?\\.md$", "")
            .replace('/', '-')
            .toLowerCase(java.util.Locale.ROOT)
        + ".html";
  }

  static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
