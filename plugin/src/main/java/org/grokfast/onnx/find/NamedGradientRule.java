package org.grokfast.onnx.find;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.io.NearestName;
import org.grokfast.onnx.find.step.CarriedPairs;
import org.grokfast.onnx.find.step.TrainingModel;
import org.grokfast.onnx.graph.DataTypes;
import org.grokfast.onnx.graph.GraphLocation;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.graph.TensorType;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.SiteRule;
import org.grokfast.rewrite.TrainedVariable;
import org.grokfast.text.ShellWord;

/**
 * Gradients that the user named, for steps in which {@link PlainStepRule} does not see them.
 *
 * <pre>
 *   before, with --gradient w=g       after
 *   s = Mul(lr, g)                    g' = filter(g)
 *   w_new = Sub(w, s)                 s = Mul(lr, g')
 *                                     w_new = Sub(w, s)
 * </pre>
 *
 * <ol>
 *   <li>The consumers that lead to the parameter take the filtered tensor.
 *   <li>What the user names goes before what a rule finds.
 *   <li>An input can be the gradient.
 *   <li>In a training_info the binding says what the next value is.
 *   <li>A name that is no tensor is refused.
 *   <li>A parameter without a known next value is refused.
 *   <li>A tensor of another shape is refused.
 *   <li>A tensor that does not lead to the parameter is refused.
 * </ol>
 */
final class NamedGradientRule implements SiteRule<TrainingModel> {
  static final String NAME = "by-hand";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "a gradient that the user named with --gradient PARAM=TENSOR";
  }

  /**
   * One finding for each name.
   *
   * @throws GraphRewriteException if a name by hand is not in the model
   */
  @Override
  public List<Finding> find(TrainingModel model) {
    List<Finding> findings = new ArrayList<>();
    model
        .namedGradients()
        .forEach(
            (parameter, tensor) ->
                findings.add(
                    UpdateBindingRule.named(model, parameter, tensor, NAME)
                        .orElseGet(() -> site(model, parameter, tensor))));
    return findings;
  }

  private static Finding site(TrainingModel model, String parameter, String tensor) {
    OnnxGraph graph = model.graph();
    CarriedPairs.Pair pair =
        model
            .pairs()
            .of(parameter)
            .orElseThrow(
                () ->
                    new GraphRewriteException(
                        "gradient: no output of the graph is known to hold the next value of '"
                            + parameter
                            + "'; name it with --update "
                            + ShellWord.of(parameter + "=OUTPUT")));
    if (!model.flow().has(tensor)) {
      throw new GraphRewriteException(
          "gradient '"
              + tensor
              + "' of '"
              + parameter
              + "' is no tensor of the graph"
              + NearestName.of(tensor, model.flow().names())
                  .map(near -> "; did you mean '" + near + "'?")
                  .orElse(""));
    }
    TensorType type = graph.type(parameter);
    TensorType own = graph.type(tensor);
    if (type.fixedShape().isEmpty()
        || own.fixedShape().map(s -> !s.equals(type.fixedShape().get())).orElse(false)) {
      throw new GraphRewriteException(
          "gradient '"
              + tensor
              + "' has shape "
              + own.shape().map(Object::toString).orElse("unknown")
              + " where parameter '"
              + parameter
              + "' has "
              + type.shape().map(Object::toString).orElse("unknown"));
    }
    Precision precision =
        DataTypes.precision(own.type())
            .or(() -> DataTypes.precision(type.type()))
            .orElseThrow(
                () ->
                    new GraphRewriteException(
                        "gradient '" + tensor + "' has no floating-point elements"));
    BitSet leading = model.roles().leading(pair.output());
    return new GradientSites(graph, model.flow(), GraphLocation.MAIN)
        .site(
            new TrainedVariable(parameter, precision, type.fixedShape().get()),
            tensor,
            new GradientSites.Update(
                NAME, "named by hand", pair.output(), leading, model.isFedBack(tensor, leading)));
  }
}
