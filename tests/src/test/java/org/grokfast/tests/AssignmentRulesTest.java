package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.Miss;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.UpdateSites;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;

/** What counts as an update without a training op, and what only looks like one. */
class AssignmentRulesTest {
  private static final DataType FLOAT = DataType.DT_FLOAT;
  private static final AttrValue T = GraphBuilder.type(FLOAT);

  /** A variable, what is computed from it, and a rate. */
  private static GraphBuilder model() {
    GraphBuilder builder = new GraphBuilder().variable("w", FLOAT, 4).constant("rate", FLOAT, 0.5);
    builder.node("Square", "gradients/w", "w").putAttr("T", T);
    builder.node("Square", "activity", "w").putAttr("T", T);
    return builder.placeholder("rows", DataType.DT_INT32, 2);
  }

  private static List<Finding> found(GraphBuilder builder) {
    GraphDef graph = builder.build();
    return UpdateSites.find(graph);
  }

  @Test
  void aGradientTimesARateThatIsSubtractedIsAnUpdate() {
    GraphBuilder builder = model();
    builder.node("Mul", "train/mul", "rate", "gradients/w").putAttr("T", T);
    builder.node("AssignSub", "train/sub", "w", "train/mul").putAttr("T", T);
    assertThat(found(builder)).hasSize(1);
    assertThat(((UpdateSite) found(builder).get(0)).gradient()).isEqualTo("gradients/w");
  }

  @Test
  void aMovingAverageThatIsSubtractedIsNone() {
    GraphBuilder builder = model().variable("average", FLOAT, 4);
    builder.node("Sub", "ema/difference", "average", "activity").putAttr("T", T);
    builder.node("Mul", "ema/mul", "ema/difference", "rate").putAttr("T", T);
    builder.node("AssignSub", "ema/sub", "average", "ema/mul").putAttr("T", T);
    assertThat(found(builder)).isEmpty();
  }

  @Test
  void somethingThatIsAddedIsNone() {
    GraphBuilder builder = model();
    builder.node("AssignAdd", "count", "w", "activity").putAttr("T", T);
    assertThat(found(builder)).isEmpty();
  }

  @Test
  void rowsOfAGradientThatAreScatteredAreAnUpdate() {
    GraphBuilder builder = model();
    builder.node("GatherV2", "gradients/rows", "gradients/w", "rows").putAttr("Tparams", T);
    builder.node("Mul", "train/mul", "gradients/rows", "rate").putAttr("T", T);
    builder.node("ScatterSub", "train/scatter", "w", "rows", "train/mul").putAttr("T", T);
    assertThat(found(builder)).hasSize(1);
    UpdateSite site = (UpdateSite) found(builder).get(0);
    assertThat(site.gradient()).isEqualTo("gradients/rows");
    assertThat(site.rows().orElseThrow().indices()).isEqualTo("rows");
  }

  @Test
  void rowsOfSomethingElseThatAreScatteredAreAMissWithItsReason() {
    GraphBuilder builder = model();
    builder.node("GatherV2", "seen", "activity", "rows").putAttr("Tparams", T);
    builder.node("ScatterAdd", "statistics", "w", "rows", "seen").putAttr("T", T);
    assertThat(found(builder))
        .containsExactly(
            new Miss(
                "statistics",
                "scatter-update",
                "updates rows of 'w', but no gradient is recognised in what it takes"));
  }

  @Test
  void aScatterThatReplacesRowsIsNone() {
    GraphBuilder builder = model();
    builder.node("GatherV2", "gradients/rows", "gradients/w", "rows").putAttr("Tparams", T);
    builder.node("ScatterUpdate", "cache", "w", "rows", "gradients/rows").putAttr("T", T);
    assertThat(found(builder)).isEmpty();
  }
}
