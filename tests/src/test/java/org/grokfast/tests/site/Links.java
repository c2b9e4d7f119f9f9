package org.grokfast.tests.site;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeSet;

/** Turns the links between files of the repository into links between pages of the site. */
final class Links {
  private final Path root;
  private final Contents contents;

  /** Files that pages show or link to, which are no pages: pictures, schemas, tables. */
  private final TreeSet<String> files = new TreeSet<>();

  Links(Path root, Contents contents) {
    this.root = root;
    this.contents = contents;
  }

  /** The files to copy, by their place in the repository. */
  Iterable<String> files() {
    return files;
  }

  /** The place of a copied file in the site. */
  static String placeOf(String file) {
    return file.startsWith("docs/") ? file.substring("docs/".length()) : "files/" + file;
  }

  /**
   * The address of a link in the site.
   *
   * @param from the page with the link
   * @param link what the Markdown says
   * @throws IllegalArgumentException if it leads to nothing that the site has
   */
  String moved(Contents.Entry from, String link) {
    if (link.startsWith("#") || link.matches("[a-z]+:.*")) {
      return link;
    }
    int hash = link.indexOf('#');
    String path = hash < 0 ? link : link.substring(0, hash);
    String anchor = hash < 0 ? "" : link.substring(hash);
    Path base = Path.of(from.source());
    Path folder = Files.isDirectory(root.resolve(base)) ? base : base.resolveSibling(".");
    String target = Contents.slashes(folder.resolve(path).normalize());
    Optional<Contents.Entry> page = contents.of(target);
    if (page.isPresent()) {
      return relative(from.page(), page.get().page()) + anchor;
    }
    Optional<Contents.Entry> example = contents.exampleWith(target);
    if (example.isPresent()) {
      return relative(from.page(), example.get().page())
          + "#"
          + Listing.anchor(target.substring(example.get().source().length() + 1));
    }
    if (!Files.isRegularFile(root.resolve(target))) {
      throw new IllegalArgumentException(
          from.source() + " links to " + link + ", which is neither a page nor a file");
    }
    files.add(target);
    return relative(from.page(), placeOf(target)) + anchor;
  }

  /** The way from one page of the site to another place in it. */
  static String relative(String from, String to) {
    return "../".repeat((int) from.chars().filter(c -> c == '/').count()) + to;
  }
}
