package org.grokfast.tests.site;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.grokfast.tests.site.Markdown.Section;

/**
 * The packages of the plugin that programs may call, with what each is for, and their Javadoc.
 *
 * @param purposes by package, the first sentence of its documentation
 */
record ApiPackages(Map<String, String> purposes) {
  static final String PAGE = "api.html";
  static final String TITLE = "Javadoc";
  static final String JAVADOC = "javadoc";
  private static final String SOURCES = "plugin/src/main/java";
  private static final String MODULE = "plugin/src/main/module/module-info.java";
  private static final Pattern EXPORT = Pattern.compile("(?m)^\\s*exports ([a-z.]+);");
  private static final Pattern COMMENT =
      Pattern.compile("(?s)/\\*\\*(.*?)\\*/\\s*(?:@\\w+\\s*)*package");

  /** Reads the exported packages of the module. */
  static ApiPackages read(Path root) throws IOException {
    Map<String, String> purposes = new LinkedHashMap<>();
    String module = Files.readString(root.resolve(MODULE));
    EXPORT
        .matcher(module)
        .results()
        .map(match -> match.group(1))
        .sorted()
        .forEach(name -> purposes.put(name, purpose(folder(root, name))));
    return new ApiPackages(purposes);
  }

  private static Path folder(Path root, String name) {
    return root.resolve(SOURCES).resolve(name.replace('.', '/'));
  }

  private static String purpose(Path folder) {
    try {
      Matcher comment = COMMENT.matcher(Files.readString(folder.resolve("package-info.java")));
      if (!comment.find()) {
        return "";
      }
      String text = comment.group(1).replaceAll("(?m)^\\s*\\* ?", " ").replaceAll("\\s+", " ");
      String plain = text.replaceAll("\\{@\\w+ ([^}]*)}", "$1").replaceAll("<[^>]*>", "").strip();
      return plain.replaceAll("(?<=[a-z)])\\. .*", ".");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The page that lists them.
   *
   * @param javadoc whether the site has the Javadoc
   */
  String html(boolean javadoc) {
    StringBuilder page = new StringBuilder("<h1>Javadoc</h1>\n");
    page.append(
        "<p>These packages of <code>org.grokfast:grokfast-plugin</code> may be called.</p>\n");
    if (!javadoc) {
      page.append(
          "<p>This build of the site left the Javadoc out, which takes longer than all the rest;"
              + " <code>mvn -B package -DskipTests -Dsite.javadoc=true</code> has it.</p>\n");
    }
    page.append(
        "<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr><th>package</th><th>purpose</th></tr></thead>\n<tbody>\n");
    purposes.forEach(
        (name, purpose) -> {
          String link = JAVADOC + "/" + name.replace('.', '/') + "/package-summary.html";
          String cell = "<code>" + name + "</code>";
          page.append("<tr><td>")
              .append(javadoc ? "<a href=\"" + link + "\">" + cell + "</a>" : cell)
              .append("</td><td>")
              .append(Template.text(purpose))
              .append("</td></tr>\n");
        });
    return page.append("</tbody>\n</table></div>\n").toString();
  }

  List<Section> sections() {
    StringBuilder text = new StringBuilder();
    purposes.forEach((name, purpose) -> text.append(name).append(' ').append(purpose).append(' '));
    return List.of(new Section(1, "", TITLE, text.toString().strip()));
  }

  /** Runs the JDK's Javadoc over them. */
  void writeJavadoc(Path root, Path folder) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of("-quiet", "-notimestamp", "-public", "-Xdoclint:none", "--release", "17"));
    words.addAll(List.of("-d", folder.toString(), "-cp", System.getProperty("java.class.path")));
    for (String name : purposes.keySet()) {
      try (Stream<Path> files = Files.list(folder(root, name))) {
        files
            .map(Path::toString)
            .filter(file -> file.endsWith(".java"))
            .sorted()
            .forEach(words::add);
      }
    }
    int code =
        ToolProvider.findFirst("javadoc")
            .orElseThrow(() -> new IOException("this Java has no javadoc tool"))
            .run(System.out, System.err, words.toArray(String[]::new));
    if (code != 0) {
      throw new IOException("javadoc ended with exit code " + code);
    }
  }
}
