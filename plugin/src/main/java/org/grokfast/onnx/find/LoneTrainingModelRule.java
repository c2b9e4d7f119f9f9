package org.grokfast.onnx.find;

import java.util.List;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.UpdateSite;

/**
 * The training model of ONNX Runtime's artifacts, given without the other three: nothing can be
 * filtered in it, since the filter's state goes into the checkpoint.
 *
 * <pre>
 *   before                                       after
 *   a = InPlaceAccumulatorV2(buffer, g, reset)   the same, with the advice to give the folder
 * </pre>
 *
 * <ol>
 *   <li>a model in which {@link AccumulatorRule} finds sites: one near-miss, at the first.
 * </ol>
 */
final class LoneTrainingModelRule {

  public String name() {
    return AccumulatorRule.NAME;
  }

  public String description() {
    return "the training model of ONNX Runtime's artifacts without the folder that it is from";
  }

  public List<Finding> find(TrainingModel model) {
    return new AccumulatorRule()
        .find(model.graph()).stream()
            .filter(UpdateSite.class::isInstance)
            .map(UpdateSite.class::cast)
            .limit(1)
            .<Finding>map(
                site ->
                    new NearMiss(
                        site.edges().get(0).node(),
                        AccumulatorRule.NAME,
                        "this is the training model of ONNX Runtime's artifacts, whose filter state"
                            + " goes into the checkpoint; give the folder with all four artifacts"))
            .toList();
  }
}
