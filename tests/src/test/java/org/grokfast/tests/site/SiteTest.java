package org.grokfast.tests.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documentation's site, followed link by link. */
class SiteTest {
  private static final Path ROOT = Path.of(System.getProperty("grokfast.root")).toAbsolutePath();
  private static final Pattern ELSEWHERE = Pattern.compile("(?i)([a-z][a-z0-9+.-]*:|//).*");

  @TempDir static Path site;

  /** The pages of the site, by file. */
  private static final Map<Path, Document> PAGES = new TreeMap<>();

  @BeforeAll
  static void write() throws IOException {
    Site.write(ROOT, site, false);
    try (Stream<Path> files = Files.walk(site)) {
      for (Path file : files.filter(name -> name.toString().endsWith(".html")).toList()) {
        PAGES.put(file, Jsoup.parse(file.toFile(), "UTF-8"));
      }
    }
  }

  /** Something a page points to: a file of the site and an anchor in it, or an empty one. */
  private record Target(Path file, String anchor) {}

  private static Target target(Path page, String link) {
    int hash = link.indexOf('#');
    String path = hash < 0 ? link : link.substring(0, hash);
    String anchor = hash < 0 ? "" : link.substring(hash + 1);
    Path file = path.isEmpty() ? page : page.resolveSibling(decoded(path)).normalize();
    return new Target(file, decoded(anchor));
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static List<String> links(Document page) {
    return page.select("a[href]").eachAttr("href").stream()
        .filter(link -> !ELSEWHERE.matcher(link).matches())
        .toList();
  }

  /** What a browser fetches to show a page. */
  private static List<String> loaded(Document page) {
    List<String> places = new ArrayList<>();
    for (Element element : page.select("[src]")) {
      places.add(element.attr("src"));
    }
    for (Element element : page.select("[srcset]")) {
      places.add(element.attr("srcset"));
    }
    for (Element element : page.select("link[href]")) {
      places.add(element.attr("href"));
    }
    places.removeIf(place -> place.startsWith("data:"));
    return places;
  }

  @Test
  void everyLinkLeadsToAPageOrFileAndEveryAnchorToAHeading() {
    List<String> broken = new ArrayList<>();
    PAGES.forEach(
        (file, page) -> {
          for (String link : links(page)) {
            Target target = target(file, link);
            Document other = PAGES.get(target.file());
            boolean found =
                target.anchor().isEmpty()
                    ? Files.isRegularFile(target.file())
                    : other != null && other.getElementById(target.anchor()) != null;
            if (!found) {
              broken.add(site.relativize(file) + " → " + link);
            }
          }
        });
    assertThat(broken).isEmpty();
    assertThat(PAGES.values().stream().mapToLong(page -> links(page).size()).sum())
        .isGreaterThan(1_000);
  }

  @Test
  void everyPictureAndScriptIsInTheSite() {
    List<String> missing = new ArrayList<>();
    PAGES.forEach(
        (file, page) -> {
          for (String place : loaded(page)) {
            if (!Files.isRegularFile(target(file, place).file())) {
              missing.add(site.relativize(file) + " → " + place);
            }
          }
        });
    assertThat(missing).isEmpty();
  }

  @Test
  void everyPictureSaysWhatItShows() {
    PAGES.forEach(
        (file, page) ->
            assertThat(page.select("img"))
                .as(file.toString())
                .allSatisfy(image -> assertThat(image.attr("alt")).isNotBlank()));
  }

  @Test
  void nothingIsLoadedFromTheNetwork() throws IOException {
    PAGES.forEach(
        (file, page) ->
            assertThat(loaded(page))
                .as(file.toString())
                .noneMatch(place -> ELSEWHERE.matcher(place).matches()));
    try (Stream<Path> files = Files.walk(site)) {
      for (Path file : files.filter(name -> name.toString().matches(".*\\.(css|svg)")).toList()) {
        assertThat(Files.readString(file))
            .as(file.toString())
            .doesNotContainPattern("(?i)@import|url\\((?!#)|href=\"(?!#)|<script|<image");
      }
    }
    assertThat(Template.resource("site.js")).doesNotContain("http", "fetch(", "XMLHttpRequest");
  }

  @Test
  void everyPageIsReachedFromTheFirst() {
    Set<Path> seen = new TreeSet<>();
    Deque<Path> next = new ArrayDeque<>(List.of(site.resolve("index.html")));
    while (!next.isEmpty()) {
      Path file = next.pop();
      if (PAGES.containsKey(file) && seen.add(file)) {
        links(PAGES.get(file)).forEach(link -> next.push(target(file, link).file()));
      }
    }
    assertThat(seen).isEqualTo(PAGES.keySet());
  }

  @Test
  void everyPageOfTheDocumentationIsThere() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
      List<String> sources =
          files
              .map(file -> Contents.slashes(ROOT.relativize(file)))
              .filter(file -> file.endsWith(".md") && !file.startsWith("docs/examples"))
              .toList();
      Contents contents = Contents.read(ROOT);
      assertThat(sources)
          .hasSizeGreaterThan(25)
          .allSatisfy(source -> assertThat(contents.of(source)).as(source).isPresent());
    }
    assertThat(PAGES.keySet())
        .extracting(file -> Contents.slashes(site.relativize(file)))
        .contains("index.html", "cli.html", "rules/index.html", "examples/library.html");
  }

  @Test
  void everyPageHasOneHeadingOfTheFirstLevelAndUniqueAnchors() {
    PAGES.forEach(
        (file, page) -> {
          assertThat(page.select("main h1")).as(file.toString()).hasSize(1);
          assertThat(page.select("[id]").eachAttr("id"))
              .as(file.toString())
              .doesNotHaveDuplicates();
        });
  }

  @Test
  void theSearchKnowsEverySectionAndWhereItIs() throws IOException {
    String text = Files.readString(site.resolve("search.js"));
    String json = text.substring(text.indexOf('['), text.lastIndexOf(']') + 1);
    JsonNode sections = new ObjectMapper().readTree(json);
    assertThat(sections.size()).isGreaterThan(200);
    Set<Path> pages = new TreeSet<>();
    for (JsonNode section : sections) {
      Target target = target(site.resolve("index.html"), section.get("page").asText());
      pages.add(target.file());
      assertThat(PAGES).containsKey(target.file());
      if (!target.anchor().isEmpty()) {
        Element heading = PAGES.get(target.file()).getElementById(target.anchor());
        assertThat(heading).as(section.get("page").asText()).isNotNull();
        assertThat(heading.text()).isEqualToIgnoringWhitespace(section.get("heading").asText());
      }
    }
    assertThat(pages).hasSizeGreaterThan(PAGES.size() - 3);
  }

  @Test
  void theSameDocumentationGivesTheSameSite(@TempDir Path again) throws IOException {
    Site.write(ROOT, again, false);
    try (Stream<Path> files = Files.walk(site)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(again.resolve(site.relativize(file).toString())).hasSameBinaryContentAs(file);
      }
    }
  }

  @Test
  void aLinkToNothingStopsTheBuild() throws IOException {
    Contents contents = Contents.read(ROOT);
    Links links = new Links(ROOT, contents);
    Contents.Entry page = contents.of("docs/library.md").orElseThrow();
    assertThat(links.moved(page, "onnx.md#rewrite-it")).isEqualTo("onnx.html#rewrite-it");
    assertThat(links.moved(contents.of("docs/rules/README.md").orElseThrow(), "../library.md"))
        .isEqualTo("../library.html");
    assertThat(links.moved(page, "examples/library/pom.xml"))
        .isEqualTo("examples/library.html#pom-xml");
    assertThatThrownBy(() -> links.moved(page, "nowhere.md"))
        .hasMessage("docs/library.md links to nowhere.md, which is neither a page nor a file");
  }

  @Test
  void aFolderThatIsNoSiteIsNotCleared(@TempDir Path folder) throws IOException {
    Path kept = Files.writeString(folder.resolve("kept.txt"), "kept");
    assertThatThrownBy(() -> Site.main(new String[] {ROOT.toString(), folder.toString()}))
        .hasMessage(folder + " is there already and is no site");
    assertThat(kept).hasContent("kept");
  }
}
