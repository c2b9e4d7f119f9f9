package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The pages of {@code inspect --html} and {@code diff --html}. */
class GraphPageTest {
  private static final String EVIL =
      "\"'><script>alert(1)</script><img src=x onerror=alert(2)>\u202e";

  private static final Path PLAIN_STEP =
      Path.of(System.getProperty("grokfast.root"))
          .resolve("graph-tools/src/test/resources/onnx/plain-step-sgd.onnx");

  @TempDir Path folder;

  private Document inspected(Path graph) throws IOException {
    Path page = folder.resolve("page.html");
    Cli.Run run = Cli.run("inspect", graph, "--html", page, "--force");
    assertThat(run.code()).as(run.err()).isZero();
    return Jsoup.parse(page.toFile(), "UTF-8");
  }

  private static Element section(Document page, String anchor) {
    return page.getElementById(anchor);
  }

  private static String count(Document page, String anchor) {
    return section(page, anchor).select(".count").text();
  }

  @Test
  void anInspectionIsOnOnePageWithAPictureOfEachSite() throws IOException {
    Document page = inspected(Fixtures.written("adam.pb"));
    Cli.Run text = Cli.run("inspect", Fixtures.written("adam.pb"));
    assertThat(page.select("article")).isNotEmpty();
    assertThat(text.out()).contains("Update sites (" + page.select("article").size() + ")");
    assertThat(count(page, "sites")).isEqualTo(String.valueOf(page.select("article").size()));
    for (Element site : page.select("article")) {
      assertThat(site.select("dt").eachText()).contains("gradient", "taken by", "evidence");
      String update = site.select("dd").get(2).text().replaceAll(", input.*", "");
      String gradient = site.select("dd").get(1).text().replaceAll(":\\d+$", "");
      assertThat(site.select("svg g > title").eachText()).contains(update, gradient);
      assertThat(site.select("svg path[marker-end]")).isNotEmpty();
    }
    assertThat(page.select("pre").text()).startsWith("grokfast rewrite ");
    assertThat(page.select("#coverage ~ .scroll td").eachText()).contains("filtered");
  }

  @Test
  void missesHazardsAndUnfilteredVariablesAreOnIt() throws IOException {
    Document race = inspected(Fixtures.trainable(folder).get("race.pb"));
    assertThat(race.select("td").eachText()).contains("unordered-beta-power");
    Document loop = inspected(Fixtures.interop("metagraph/v1_while_frames.meta"));
    assertThat(Integer.parseInt(count(loop, "misses"))).isPositive();
    Cli.Run text = Cli.run("inspect", Fixtures.interop("metagraph/v1_while_frames.meta"));
    assertThat(text.out()).contains("Near-misses (" + count(loop, "misses") + ")");
  }

  @Test
  void everyFixtureHasAPageThatNeedsNothingElse() throws IOException {
    for (Map.Entry<String, Path> fixture : Fixtures.all(folder).entrySet()) {
      Document page = inspected(fixture.getValue());
      assertThat(page.select("[src], link[href^=http], a[href^=http], iframe, object"))
          .as(fixture.getKey())
          .isEmpty();
      assertThat(page.select("[id]").eachAttr("id")).as(fixture.getKey()).doesNotHaveDuplicates();
    }
  }

  @Test
  void anOnnxModelHasAPageWithoutPictures() throws IOException {
    Document page = inspected(PLAIN_STEP);
    assertThat(page.select("article h3").eachText()).contains("w0", "b0", "w1", "b1");
    assertThat(page.select("svg")).isEmpty();
    assertThat(page.text()).contains("Pictures are drawn of TensorFlow graphs alone.");
  }

  private Path rewritten(Path graph) {
    Path out = folder.resolve("rewritten");
    Cli.Run run = Cli.run("rewrite", graph, "-o", out, "--force");
    assertThat(run.code()).as(run.err()).isZero();
    return out;
  }

  @Test
  void aDifferenceShowsEachSiteBeforeAndAfter() throws IOException {
    Path before = Fixtures.trainable(folder).get("sgd.pb");
    Path html = folder.resolve("diff.html");
    Cli.Run run = Cli.run("diff", before, rewritten(before), "--html", html);
    assertThat(run.code()).as(run.err()).isEqualTo(1);
    Document page = Jsoup.parse(html.toFile(), "UTF-8");
    for (Element site : page.select("article")) {
      List<Element> pictures = site.select(".pair svg");
      assertThat(pictures).hasSize(2);
      assertThat(names(pictures.get(0)))
          .anyMatch(name -> name.startsWith("apply"))
          .noneMatch(GraphPageTest::inserted);
      assertThat(names(pictures.get(1)))
          .anyMatch(name -> name.startsWith("apply"))
          .anyMatch(GraphPageTest::inserted);
      assertThat(pictures.get(0).select("path[stroke=#c62828]")).isNotEmpty();
      assertThat(pictures.get(1).select("path[stroke=#c62828][marker-end]")).isEmpty();
    }
    assertThat(page.select("article")).isNotEmpty();
    assertThat(page.select("li").eachText()).contains("g -> apply:2");
    Cli.run("diff", before, before, "--html", html, "--force");
    assertThat(Jsoup.parse(html.toFile(), "UTF-8").text()).contains("The graphs are equal.");
  }

  private static List<String> names(Element picture) {
    return picture.select("g > title").eachText();
  }

  private static boolean inserted(String name) {
    return name.startsWith("grokfast/");
  }

  /** A model whose first parameter has markup for a name; names of ONNX may be anything. */
  private Path evilModel() throws IOException {
    ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(PLAIN_STEP)).toBuilder();
    GraphProto.Builder graph = model.getGraphBuilder();
    for (NodeProto.Builder node : graph.getNodeBuilderList()) {
      for (int i = 0; i < node.getInputCount(); i++) {
        node.setInput(i, evil(node.getInput(i)));
      }
      for (int i = 0; i < node.getOutputCount(); i++) {
        node.setOutput(i, evil(node.getOutput(i)));
      }
    }
    for (ValueInfoProto.Builder input : graph.getInputBuilderList()) {
      input.setName(evil(input.getName()));
    }
    for (ValueInfoProto.Builder output : graph.getOutputBuilderList()) {
      output.setName(evil(output.getName()));
    }
    return Files.write(folder.resolve("evil.onnx"), model.build().toByteArray());
  }

  private static String evil(String name) {
    return name.startsWith("w0") ? "w0" + EVIL + name.substring(2) : name;
  }

  @Test
  void namesFromTheGraphAreTextWhateverTheyAre() throws IOException {
    Path model = evilModel();
    Document page = inspected(model);
    assertThat(page.select("h3").eachText()).anyMatch(name -> name.contains("<script>"));
    requireOwnMarkup(page);
    assertThat(page.outerHtml()).doesNotContain("\u202e");
    Path html = folder.resolve("evil.html");
    Cli.run("diff", PLAIN_STEP, model, "--html", html);
    Document diff = Jsoup.parse(html.toFile(), "UTF-8");
    assertThat(diff.select("li").eachText()).anyMatch(name -> name.contains("<script>"));
    requireOwnMarkup(diff);
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "its files have no such names")
  void soIsTheNameOfTheFile() throws IOException {
    String name = "<img src=x onerror=alert(2)>.pb";
    Document page = inspected(Fixtures.write(folder, name, Fixtures.sgd("DT_FLOAT")));
    assertThat(page.select("h1").text()).endsWith(name);
    requireOwnMarkup(page);
  }

  private static void requireOwnMarkup(Document page) {
    assertThat(page.select("script")).hasSize(1);
    assertThat(page.select("img, iframe, object, embed, form, base")).isEmpty();
    assertThat(page.getAllElements().stream().flatMap(GraphPageTest::attributes))
        .extracting(Attribute::getKey)
        .noneMatch(name -> name.startsWith("on"));
  }

  private static Stream<Attribute> attributes(Element element) {
    return element.attributes().asList().stream();
  }

  @Test
  void noScriptButThePagesOwnMayRun() throws Exception {
    Document page = inspected(Fixtures.written("adam.pb"));
    byte[] script = page.select("script").first().data().getBytes(StandardCharsets.UTF_8);
    String digest =
        Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(script));
    assertThat(page.select("meta[http-equiv=Content-Security-Policy]").attr("content"))
        .startsWith("default-src 'none';")
        .contains("script-src 'sha256-" + digest + "'");
  }

  @Test
  void aFileThatIsThereIsReplacedByForceAloneAndTheGraphNever() throws IOException {
    Path graph = Fixtures.write(folder, "graph.pb", Fixtures.sgd("DT_FLOAT"));
    Path page = Files.writeString(folder.resolve("page.html"), "mine");
    Cli.Run refused = Cli.run("inspect", graph, "--html", page);
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("--force");
    assertThat(page).hasContent("mine");
    byte[] before = Files.readAllBytes(graph);
    Cli.Run same = Cli.run("inspect", graph, "--html", graph, "--force");
    assertThat(same.code()).isEqualTo(2);
    assertThat(same.err()).contains("is the graph that is read; name another");
    assertThat(Cli.run("diff", page, graph, "--html", graph, "--force").code()).isNotZero();
    assertThat(Files.readAllBytes(graph)).isEqualTo(before);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).hasSize(2);
    }
  }
}
