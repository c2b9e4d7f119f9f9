package org.grokfast.tests.site;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.grokfast.tests.site.Contents.Entry;
import org.grokfast.tests.site.Markdown.Section;

/** Writes the documentation as static pages that need no network and no server. */
public final class Site {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path root;
  private final Path out;
  private final Contents contents;
  private final Links links;
  private final List<Map<String, String>> search = new ArrayList<>();

  private Site(Path root, Path out) throws IOException {
    this.root = root;
    this.out = out;
    this.contents = Contents.read(root);
    this.links = new Links(root, contents);
  }

  /**
   * Writes the site; run by the build.
   *
   * @param args the checkout, the folder to write, and {@code true} for the Javadoc as well
   */
  public static void main(String[] args) throws IOException {
    Path root = Path.of(args[0]).toAbsolutePath().normalize();
    Path out = Path.of(args[1]).toAbsolutePath().normalize();
    clear(out);
    boolean javadoc = args.length > 2 && Boolean.parseBoolean(args[2]);
    write(root, out, javadoc);
  }

  /** Writes the site of a checkout into a folder. */
  static void write(Path root, Path out, boolean javadoc) throws IOException {
    Site site = new Site(root, out);
    ApiPackages packages = ApiPackages.read(root);
    if (javadoc) {
      packages.writeJavadoc(root, out.resolve(ApiPackages.JAVADOC));
    }
    for (Entry entry : site.contents.entries()) {
      site.page(entry);
    }
    site.file(
        new Entry("", ApiPackages.PAGE, ApiPackages.TITLE),
        packages.html(javadoc),
        packages.sections());
    site.rest();
  }

  private static void clear(Path folder) throws IOException {
    if (Files.exists(folder)) {
      if (!Files.exists(folder.resolve("site.css"))) {
        throw new IOException(folder + " is there already and is no site");
      }
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private void page(Entry entry) throws IOException {
    Path source = root.resolve(entry.source());
    if (Files.isDirectory(source)) {
      Path readme = source.resolve("README.md");
      String head = "<h1>Example: " + Template.text(entry.title()) + "</h1>\n";
      List<Section> sections = new ArrayList<>();
      if (Files.exists(readme)) {
        Markdown markdown = Markdown.read(readme);
        sections.addAll(markdown.sections());
        head = markdown.html(link -> links.moved(entry, link));
      }
      sections.addAll(Listing.sections(source));
      file(entry, head + Listing.html(source), sections);
    } else if (entry.source().endsWith(".md")) {
      Markdown markdown = Markdown.read(source);
      List<Section> sections = markdown.sections();
      file(entry, markdown.html(link -> links.moved(entry, link)), sections);
    } else {
      String text = "<h1>%s</h1>\n<pre tabindex=\"0\"><code>%s</code></pre>\n";
      file(
          entry,
          text.formatted(Template.text(entry.title()), Template.text(Files.readString(source))),
          List.of());
    }
  }

  private void file(Entry entry, String html, List<Section> sections) throws IOException {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("root", Links.relative(entry.page(), ""));
    values.put("title", Template.text(entry.title() + " · Grokfast"));
    values.put("navigation", navigation(entry, sections));
    values.put("content", html);
    Path file = out.resolve(entry.page());
    Files.createDirectories(file.getParent());
    Files.writeString(file, Template.filled("page.html", values));
    for (Section section : sections) {
      Map<String, String> found = new LinkedHashMap<>();
      found.put("page", entry.page() + (section.level() > 1 ? "#" + section.anchor() : ""));
      found.put("title", entry.title());
      found.put("heading", section.level() > 1 ? section.heading() : "");
      found.put("text", section.text());
      search.add(found);
    }
  }

  private String navigation(Entry current, List<Section> sections) {
    StringBuilder text = new StringBuilder();
    Map<String, List<Entry>> groups = new LinkedHashMap<>();
    contents.groups().forEach((name, entries) -> groups.put(name, new ArrayList<>(entries)));
    groups.get("Reference").add(new Entry("", ApiPackages.PAGE, ApiPackages.TITLE));
    groups.forEach(
        (name, entries) -> {
          text.append("<h2>").append(Template.text(name)).append("</h2>\n<ul>\n");
          for (Entry entry : entries) {
            boolean here = entry.page().equals(current.page());
            text.append("<li><a href=\"").append(Links.relative(current.page(), entry.page()));
            text.append(here ? "\" aria-current=\"page\">" : "\">");
            text.append(Template.text(entry.title())).append("</a>");
            text.append(here ? parts(sections) : "").append("</li>\n");
          }
          text.append("</ul>\n");
        });
    return text.toString();
  }

  private static String parts(List<Section> sections) {
    StringBuilder text = new StringBuilder();
    for (Section section : sections) {
      if (section.level() == 2) {
        text.append("<li><a href=\"#").append(section.anchor()).append("\">");
        text.append(Template.text(section.heading())).append("</a></li>\n");
      }
    }
    return text.isEmpty() ? "" : "\n<ul>\n" + text + "</ul>\n";
  }

  /** What the pages need beside them. */
  private void rest() throws IOException {
    for (String name : List.of("site.css", "site.js")) {
      Files.writeString(out.resolve(name), Template.resource(name));
    }
    Files.writeString(
        out.resolve("search.js"),
        "window.grokfastSections = " + JSON.writeValueAsString(search) + ";\n");
    try (InputStream in = Site.class.getResourceAsStream(lunr())) {
      Files.copy(in, out.resolve("lunr.min.js"), StandardCopyOption.REPLACE_EXISTING);
    }
    for (String file : links.files()) {
      Path copy = out.resolve(Links.placeOf(file));
      Files.createDirectories(copy.getParent());
      Files.copy(root.resolve(file), copy, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static String lunr() {
    Properties properties = new Properties();
    String pom = "/META-INF/maven/org.webjars.npm/lunr/pom.properties";
    try (InputStream in = Site.class.getResourceAsStream(pom)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String version = properties.getProperty("version");
    return "/META-INF/resources/webjars/lunr/" + version + "/lunr.min.js";
  }
}
