package org.grokfast.tests.site;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.grokfast.tests.site.Markdown.Section;

/** A page with all files of an example. */
final class Listing {
  private Listing() {}

  /** The anchor of a file's heading. */
  static String anchor(String file) {
    return file.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !folder.relativize(file).startsWith("target"))
          .filter(file -> !file.endsWith("README.md"))
          .sorted()
          .toList();
    }
  }

  static String html(Path folder) throws IOException {
    StringBuilder page = new StringBuilder();
    for (Path file : files(folder)) {
      String name = Contents.slashes(folder.relativize(file));
      page.append("<h2 id=\"%s\">%s</h2>\n".formatted(anchor(name), Template.text(name)));
      page.append("<pre tabindex=\"0\"><code>");
      page.append(Template.text(Files.readString(file))).append("</code></pre>\n");
    }
    return page.toString();
  }

  static List<Section> sections(Path folder) throws IOException {
    List<Section> sections = new ArrayList<>();
    for (Path file : files(folder)) {
      String name = Contents.slashes(folder.relativize(file));
      String text = new String(Contents.bytes(file), StandardCharsets.UTF_8);
      sections.add(new Section(2, anchor(name), name, text.replaceAll("\\s+", " ")));
    }
    return sections;
  }
}
