package org.grokfast.tests.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.ext.heading.anchor.HeadingAnchorExtension;
import org.commonmark.ext.heading.anchor.IdGenerator;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/** A file in Markdown, with tables, and with the anchors that GitHub gives to headings. */
final class Markdown {
  private static final List<Extension> EXTENSIONS =
      List.of(TablesExtension.create(), HeadingAnchorExtension.create());
  private static final Parser PARSER = Parser.builder().extensions(EXTENSIONS).build();
  private static final HtmlRenderer RENDERER =
      HtmlRenderer.builder().extensions(EXTENSIONS).build();
  private static final Pattern PLACE = Pattern.compile("\\b(src|srcset|href)=\"([^\"]*)\"");

  private final Node document;

  private Markdown(Node document) {
    this.document = document;
  }

  /**
   * A heading with the text below it, up to the next heading.
   *
   * @param level 1 to 6; 0 for what stands before any heading
   * @param anchor of the heading
   */
  record Section(int level, String anchor, String heading, String text) {}

  static Markdown read(Path file) throws IOException {
    return new Markdown(PARSER.parse(Files.readString(file)));
  }

  /** The first heading. */
  String title() {
    return sections().stream()
        .filter(section -> section.level() > 0)
        .map(Section::heading)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("a page without a heading"));
  }

  /**
   * The page's HTML.
   *
   * @param places what becomes of the places that links and pictures name
   */
  String html(UnaryOperator<String> places) {
    document.accept(
        new AbstractVisitor() {
          @Override
          public void visit(Link link) {
            link.setDestination(places.apply(link.getDestination()));
            visitChildren(link);
          }

          @Override
          public void visit(Image image) {
            image.setDestination(places.apply(image.getDestination()));
            visitChildren(image);
          }

          @Override
          public void visit(HtmlBlock block) {
            block.setLiteral(moved(block.getLiteral(), places));
          }

          @Override
          public void visit(HtmlInline inline) {
            inline.setLiteral(moved(inline.getLiteral(), places));
          }
        });
    return RENDERER
        .render(document)
        .replace("<table>", "<div class=\"scroll\" tabindex=\"0\"><table>")
        .replace("</table>", "</table></div>")
        .replace("<pre>", "<pre tabindex=\"0\">");
  }

  private static String moved(String html, UnaryOperator<String> places) {
    return PLACE
        .matcher(html)
        .replaceAll(
            (MatchResult match) ->
                Matcher.quoteReplacement(
                    match.group(1) + "=\"" + places.apply(match.group(2)) + "\""));
  }

  /** The page's text, heading by heading. */
  List<Section> sections() {
    IdGenerator anchors = IdGenerator.builder().build();
    List<Section> sections = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    Section current = new Section(0, "", "", "");
    for (Node node = document.getFirstChild(); node != null; node = node.getNext()) {
      if (node instanceof Heading heading) {
        sections.add(with(current, text));
        text.setLength(0);
        String title = textOf(heading);
        current = new Section(heading.getLevel(), anchors.generateId(title), title, "");
      } else {
        text.append(textOf(node)).append(' ');
      }
    }
    sections.add(with(current, text));
    sections.removeIf(section -> section.level() == 0 && section.text().isBlank());
    return sections;
  }

  private static Section with(Section section, CharSequence text) {
    String words = text.toString().replaceAll("\\s+", " ").strip();
    return new Section(section.level(), section.anchor(), section.heading(), words);
  }

  private static String textOf(Node node) {
    StringBuilder text = new StringBuilder();
    node.accept(
        new AbstractVisitor() {
          @Override
          public void visit(Text part) {
            text.append(part.getLiteral());
            if (!(part.getParent() instanceof Heading) && part.getNext() == null) {
              text.append(' ');
            }
          }

          @Override
          public void visit(Code part) {
            text.append(part.getLiteral());
          }

          @Override
          public void visit(FencedCodeBlock part) {
            text.append(part.getLiteral()).append(' ');
          }

          @Override
          public void visit(IndentedCodeBlock part) {
            text.append(part.getLiteral()).append(' ');
          }

          @Override
          public void visit(SoftLineBreak part) {
            text.append(' ');
          }

          @Override
          public void visit(HardLineBreak part) {
            text.append(' ');
          }
        });
    return text.toString();
  }
}
