package org.grokfast.tools.page;

import java.util.List;
import org.grokfast.rewrite.GraphDiff;
import org.grokfast.tools.picture.Neighbourhood;
import org.grokfast.tools.picture.SvgPicture;

/** A difference as a page: each changed place before and after, and what was added and removed. */
public final class DiffPage {
  private final Markup page = new Markup();

  private DiffPage() {}

  /**
   * The page.
   *
   * @param before the name of the first file
   * @param after the name of the second
   * @param pictures the changed places; none where the format has no pictures
   */
  public static String of(
      String before, String after, GraphDiff diff, List<Neighbourhood> pictures) {
    DiffPage page = new DiffPage();
    page.page.element("h1", before + " and " + after);
    if (diff.isEmpty()) {
      page.page.element("p", "The graphs are equal.");
    }
    page.pictures(pictures);
    page.section("Nodes", diff.nodes());
    page.section("Edges", diff.edges());
    page.section("Functions", diff.functions());
    page.section("Initializers", diff.initializers());
    page.section("Signatures", diff.signatures());
    if (!diff.other().isEmpty()) {
      page.page.heading("other", "Other", diff.other().size());
      page.list("Changed", diff.other());
    }
    return PageFrame.around(before + " and " + after + " · grokfast diff", page.page);
  }

  private void pictures(List<Neighbourhood> pictures) {
    int number = 0;
    for (Neighbourhood picture : pictures) {
      page.open("article", "").element("h3", picture.title()).open("div", "class=\"pair\"");
      page.open("div", "").element("p", "before");
      page.picture(SvgPicture.inline(picture.before(), "b" + number)).close("div");
      page.open("div", "").element("p", "after");
      page.picture(SvgPicture.inline(picture.after(), "a" + number)).close("div");
      page.close("div").close("article");
      number++;
    }
  }

  private void section(String name, GraphDiff.Changes changes) {
    if (changes.isEmpty()) {
      return;
    }
    int count = changes.added().size() + changes.removed().size() + changes.changed().size();
    page.heading(name.toLowerCase(java.util.Locale.ROOT), name, count);
    list("Removed", changes.removed());
    list("Added", changes.added());
    List<String> changed =
        changes.changed().entrySet().stream()
            .map(change -> change.getKey() + ": " + String.join(", ", change.getValue()))
            .toList();
    list("Changed", changed);
  }

  private void list(String name, List<String> things) {
    if (things.isEmpty()) {
      return;
    }
    page.open("details", things.size() <= 20 ? "open" : "");
    page.element("summary", name + " (" + things.size() + ")").open("ul", "class=\"changes\"");
    things.forEach(thing -> page.element("li", thing));
    page.close("ul").close("details");
  }
}
