package org.grokfast.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.UpdateSites;
import org.grokfast.tensorflow.file.GraphFileReader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.GraphDef;

/** Rules stand on how data flows, not on names: without names they find the same. */
class NamelessGraphsTest {
  private static final long SEED = 7;

  static Stream<Fixture> fixtures() {
    return Fixture.all().stream();
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void aGraphWithoutNamesHasTheSameSites(Fixture fixture) {
    GraphDef original = new GraphFileReader().read(fixture.path()).graph();
    RenamedGraph renamed = new RenamedGraph(original, SEED);

    Set<String> expected = new TreeSet<>();
    sites(original).forEach(site -> expected.add(text(site, site.function(), name -> name)));
    Set<String> found = new TreeSet<>();
    sites(renamed.graph())
        .forEach(
            site ->
                found.add(
                    text(
                            site,
                            renamed.originalFunction(site.function()),
                            tensor -> renamed.original(site.function(), tensor))
                        .replaceFirst("^\\S+", renamed.original("", site.variable().name()))));
    assertThat(found).isEqualTo(expected);
    assertThat(expected.isEmpty()).isEqualTo(fixture.where().contains("Enter"));
  }

  private static List<UpdateSite> sites(GraphDef graph) {
    return UpdateSites.find(graph).stream()
        .filter(UpdateSite.class::isInstance)
        .map(UpdateSite.class::cast)
        .toList();
  }

  private interface Names {
    String of(String tensor);
  }

  private static String text(UpdateSite site, String function, Names names) {
    return site.variable().name()
        + " in '"
        + function
        + "': "
        + names.of(site.gradient())
        + " at "
        + edges(site.edges(), names)
        + site.rows()
            .map(rows -> " rows " + names.of(rows.indices()) + " at " + edges(rows.edges(), names))
            .orElse("");
  }

  private static Set<String> edges(List<GradientEdge> edges, Names names) {
    Set<String> texts = new TreeSet<>();
    edges.forEach(edge -> texts.add(names.of(edge.node()) + ":" + edge.input()));
    return texts;
  }
}
