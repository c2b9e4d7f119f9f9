package org.grokfast.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.grokfast.filter.Ema;
import org.grokfast.filter.GradientFilter;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.file.GraphFileReader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.GraphDef;

/** Gradients named by hand, as the manifest names them: the tensor that Python hands over. */
@Tag("native")
class NamedGradientInteropTest {
  private static final GradientFilter EMA = Ema.of(0.9, 2);

  private static GraphDef graph(Fixture fixture) {
    return new GraphFileReader().read(fixture.path()).graph();
  }

  /** The gradient of each variable. */
  private static Map<String, String> gradients(Fixture fixture) {
    Map<String, String> names = new HashMap<>();
    for (Fixture.Weights variable : fixture.weights()) {
      JsonNode gradient = variable.json().get("gradients").get(0);
      String function = gradient.get("functions").get(0).asText();
      String tensor = gradient.get("tensor").asText();
      names.put(variable.name(), function.isEmpty() ? tensor : function + "/" + tensor);
    }
    return names;
  }

  private static List<UpdateSite> sites(GraphRewriter pass, Fixture fixture) {
    return pass.plan(graph(fixture)).sites().stream().map(PlannedSite::site).toList();
  }

  /** A site without the words of who found it. */
  private static UpdateSite anonymous(UpdateSite site) {
    UpdateSite.Evidence evidence =
        new UpdateSite.Evidence("", "", site.evidence().trigger(), site.evidence().conditional());
    return new UpdateSite(
        site.variable(), site.gradient(), site.edges(), site.rows(), evidence, site.place());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "v1_adam_dense_ref",
        "v1_sgd_sparse_ref",
        "v1_cond_switch_ref",
        "v1_accumulate_switch_ref",
        "v1_loss_scale_switch",
        "raw_adam",
        "k3_sgd_sparse",
        "v2_cond_step",
        "v2_while"
      })
  void aNamedGradientStandsWhereARuleFindsIt(String name) {
    Fixture fixture = Fixture.named(name);
    List<UpdateSite> named =
        sites(new GraphRewriter(EMA).withGradients(gradients(fixture)), fixture);
    assertThat(named).allMatch(site -> site.evidence().rule().equals("by-hand"));
    assertThat(named)
        .extracting(NamedGradientInteropTest::anonymous)
        .containsExactlyInAnyOrderElementsOf(
            sites(new GraphRewriter(EMA), fixture).stream()
                .map(NamedGradientInteropTest::anonymous)
                .toList());
  }

  /** The steps that skip the update, or overflow, leave the filter's state alone. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "v1_cond_switch_ref",
        "v1_accumulate_switch_ref",
        "v1_loss_scale_switch",
        "v1_sgd_sparse_ref"
      })
  void aNamedGradientIsFilteredOnlyWhenItsUpdateRuns(String name) {
    Fixture fixture = Fixture.named(name);
    GraphDef rewritten =
        new GraphRewriter(EMA).withGradients(gradients(fixture)).apply(graph(fixture)).graph();
    Map<String, double[]> weights = FixtureRun.train(fixture, rewritten);
    FixtureRun.assertReached(fixture, weights, "ema");
  }

  @Test
  void aNamedGradientInALoopIsRefused() {
    refused("v1_while_frames")
        .hasMessage(
            "gradient 'while/gradients/while/MatMul_grad/MatMul_1:0' of variable 'w' can't be"
                + " filtered: while/Momentum/update_w/ResourceApplyMomentum (by-hand): updates 'w'"
                + " inside a loop, where no state can be kept yet; build the loop with control flow"
                + " v2, as a While op");
  }

  @Test
  void namedRowsThatNoRuleKnowsAreRefused() {
    refused("v1_momentum_sparse_ref")
        .hasMessage(
            "gradient 'gradients/embedding_lookup_grad/Reshape:0' of variable 'embedding' is of"
                + " some rows alone, which 'train/update_embedding/UnsortedSegmentSum'"
                + " (UnsortedSegmentSum) places, and no rule says which rows these are; leave the"
                + " variable to the rules, or name a gradient of all rows");
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> refused(String name) {
    Fixture fixture = Fixture.named(name);
    GraphRewriter pass = new GraphRewriter(EMA).withGradients(gradients(fixture));
    return assertThatThrownBy(() -> pass.plan(graph(fixture)))
        .isInstanceOf(GraphRewriteException.class);
  }
}
