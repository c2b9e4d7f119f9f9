package org.grokfast.onnx.find;

import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.onnx.find.step.Accumulation;
import org.grokfast.onnx.find.step.CarriedPairs;
import org.grokfast.onnx.find.step.CarriedPairs.Pair;
import org.grokfast.onnx.find.step.Clipping;
import org.grokfast.onnx.find.step.GradientSearch;
import org.grokfast.onnx.find.step.StepRoles;
import org.grokfast.onnx.find.step.TrainingModel;
import org.grokfast.onnx.graph.DataFlow;
import org.grokfast.onnx.graph.DataTypes;
import org.grokfast.onnx.graph.GraphLocation;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.next.OwnRules;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.SiteRule;
import org.grokfast.rewrite.TrainedVariable;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.rewrite.coverage.Reason;
import org.grokfast.text.ShellWord;

/**
 * A training step in standard operators: weights in, updated weights out.
 *
 * <pre>
 *   before                            after
 *   e = loss's derivative(x, y, w)    e = loss's derivative(x, y, w)
 *   g = MatMul(xᵀ, e)                 g = MatMul(xᵀ, e)
 *                                     g' = filter(g)
 *   s = Mul(lr, g)                    s = Mul(lr, g')
 *   w_new = Sub(w, s)                 w_new = Sub(w, s)
 * </pre>
 *
 * <p>The gradient of a parameter is the earliest tensor of the parameter's type and shape that
 * alone separates the data from the updated parameter: all influence of the data on the update goes
 * through it. {@link CarriedPairs} says which output is the next value of which input, {@link
 * StepRoles} what is a parameter, data or optimizer state. A tensor that reaches the loss belongs
 * to the forward pass and is no gradient; nor is one that depends on optimizer state, or that is
 * the parameter plus or minus something. An input that flows both into the gradient and past it,
 * such as a loss scale that is divided out again, counts as data: the gradient is then found behind
 * the division. Where the gradient is clipped, the clipped tensor is taken ({@link Clipping});
 * where it is summed up over several runs of the step, none is ({@link Accumulation}).
 *
 * <ol>
 *   <li>The gradient alone separates the data from the updated parameter.
 *   <li>An output without a telling name is paired by data flow.
 *   <li>A parameter may have its first value in the model.
 *   <li>Momentum comes after the gradient, as it depends on optimizer state.
 *   <li>Momentum that is updated after the weights takes the filtered gradient too.
 *   <li>So does momentum that the weights take as it was before the step.
 *   <li>An average of the weights as they were before the step is no parameter.
 *   <li>A running average that never reaches the weights keeps the raw gradient.
 *   <li>Weight decay comes after the gradient.
 *   <li>A gradient that is clipped is filtered behind the clipping.
 *   <li>A loss scale that is fed and divided out again comes before the gradient.
 *   <li>So does one that the step carries and changes.
 *   <li>An update that is skipped by a scalar condition takes the filtered gradient.
 *   <li>A parameter of one element is treated as all others.
 *   <li>The gradient of a product of two parameters comes before that of a factor.
 *   <li>The other factor, where the step gives it back as it is, is no site.
 *   <li>A constant that is added to the weights is no gradient.
 *   <li>A second loss that is computed with the updated weights is no obstacle.
 *   <li>{@code Gradient} gives the gradient of what it names, in the main graph too.
 *   <li>What else takes the gradient keeps the raw one.
 *   <li>A model for inference has no site.
 *   <li>A carried counter is no parameter.
 *   <li>A running average of the data is optimizer state and no parameter.
 *   <li>What follows a parameter as a copy or an average of it is none, though the loss depends on
 *       it.
 *   <li>Nor is an average, a maximum or a statistic of what does not depend on it.
 *   <li>A number that multiplies the loss is no parameter.
 *   <li>A parameter that the data don't change is a near-miss.
 *   <li>A parameter of which a condition alone chooses the next value is a near-miss.
 *   <li>A parameter of unknown shape is a near-miss.
 *   <li>A parameter that the data reach on two paths is a near-miss.
 *   <li>A gradient that a function hides is a near-miss.
 *   <li>A gradient that a body takes from outside is a near-miss.
 *   <li>An output that may be a next value, though nothing says so, is a near-miss.
 *   <li>A step without a loss, in which parameters can't be told from state, is a near-miss.
 *   <li>An output of unknown size is not said to have a parameter's shape.
 *   <li>A constant that is listed among the inputs is no parameter.
 *   <li>Weights that decay by a small factor are no average.
 *   <li>A share of the old value and one of the data, at a rate that is fed, is an average.
 *   <li>What is made anew in every step, as a hidden state is, counts as data.
 *   <li>A metric of the data alone does not make a tensor of the forward pass a gradient.
 *   <li>What a loop makes of a parameter is its update and no gradient.
 *   <li>A gradient that can't be told from the step is a near-miss.
 *   <li>So is one whose loss scale is divided out in another type.
 *   <li>A square gradient is filtered as its parameter lies.
 *   <li>A rate that is given back for a log is no metric.
 * </ol>
 */
final class PlainStepRule implements SiteRule<TrainingModel> {
  static final String NAME = "plain-step";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "a training step in standard operators that has the updated weights among its outputs";
  }

  @Override
  public List<Finding> find(TrainingModel model) {
    return new Examination(model).findings();
  }

  /** The rule at work on one model. */
  private static final class Examination {
    private final TrainingModel model;
    private final OnnxGraph graph;
    private final DataFlow flow;
    private final CarriedPairs pairs;
    private final StepRoles roles;
    private final GradientSearch search;
    private final Set<String> elsewhere;
    private final OwnRules own;
    private final Map<String, String> parameters = new HashMap<>();

    Examination(TrainingModel model) {
      this.model = model;
      this.graph = model.graph();
      this.flow = model.flow();
      this.pairs = model.pairs();
      this.roles = model.roles();
      this.search = new GradientSearch(graph, flow, pairs, roles);
      this.elsewhere = foundElsewhere(model);
      this.own = new OwnRules(graph, flow, flow.descendants(roles.data()));
    }

    /** Whether a value moves by a rule of its own, though a loss depends on it. */
    private boolean movesByItself(Pair pair) {
      return !pair.isByHand()
          && roles.reachesMetric(pair.input())
          && own.ofParameter(pair.input(), pair.output(), parameters()).isPresent();
    }

    /** The parameters by their next values. */
    private Map<String, String> parameters() {
      if (parameters.isEmpty()) {
        pairs.all().stream()
            .filter(roles::isParameter)
            .forEach(pair -> parameters.put(pair.output(), pair.input()));
      }
      return parameters;
    }

    List<Finding> findings() {
      List<Finding> findings = new ArrayList<>();
      for (Pair pair : pairs.all()) {
        if (!elsewhere.contains(pair.input())
            && DataTypes.precision(graph.type(pair.input()).type()).isPresent()
            && roles.isParameter(pair)
            && !movesByItself(pair)) {
          findings.add(examine(pair));
        }
      }
      for (ValueInfoProto output : graph.proto().getOutputList()) {
        if (!pairs.isOutput(output.getName()) && !roles.isMetric(output.getName())) {
          unpaired(output.getName()).ifPresent(findings::add);
        }
      }
      boolean found = findings.stream().anyMatch(UpdateSite.class::isInstance);
      return found || !elsewhere.isEmpty()
          ? findings
          : withoutLoss().<List<Finding>>map(List::of).orElse(findings);
    }

    /** Why nothing can be told of a step all of whose outputs are next values. */
    private Optional<Finding> withoutLoss() {
      return pairs.all().stream()
          .filter(pair -> roles.metrics().isEmpty() && search.dependsOnData(pair.output()))
          .filter(pair -> DataTypes.precision(graph.type(pair.input()).type()).isPresent())
          .findFirst()
          .map(
              pair ->
                  miss(
                      pair.output(),
                      Reason.of(
                          "all outputs are the next values of inputs, and none is a loss, by which"
                              + " parameters are told from optimizer state",
                          "add the loss to the outputs, or name each gradient with --gradient"
                              + " PARAM=TENSOR")));
    }

    private Finding examine(Pair pair) {
      Optional<List<Long>> shape = graph.type(pair.input()).fixedShape();
      if (shape.isEmpty()) {
        return miss(
            pair, Reason.of("has no fixed shape", "export the model with fixed parameter shapes"));
      }
      List<Pair> late = search.late(pair);
      if (!search.dependsOnData(pair.output()) && late.isEmpty()) {
        return miss(pair, Reason.of("takes no data: none go into '" + pair.output() + "'"));
      }
      GradientSearch.Result found = search.gradient(pair, shape.get());
      if (found.gradient().isEmpty()) {
        return miss(
            pair, found.rate().isPresent() ? rated(pair, found) : noGradient(pair, shape.get()));
      }
      Optional<String> gradient = found.gradient();
      Optional<Reason> part = new Accumulation(model).of(pair, gradient.get());
      if (part.isPresent()) {
        return miss(pair.output(), part.get());
      }
      Precision precision = DataTypes.precision(graph.type(pair.input()).type()).orElseThrow();
      String text =
          "all data reaches '"
              + pair.output()
              + "' through it"
              + (late.isEmpty() ? "" : ", in a later step by way of '" + late.get(0).input() + "'")
              + "; paired "
              + pair.how();
      BitSet leading = roles.leading(pair.output());
      return new GradientSites(graph, flow, GraphLocation.MAIN)
          .site(
              new TrainedVariable(pair.input(), precision, shape.get()),
              gradient.get(),
              new GradientSites.Update(
                  NAME, text, pair.output(), leading, model.isFedBack(gradient.get(), leading)));
    }

    /** Why a step is no gradient that a rate multiplies. */
    private Reason rated(Pair pair, GradientSearch.Result found) {
      String step = found.step().orElseThrow();
      return Reason.of(
          "goes through '"
              + step
              + "', of which '"
              + found.rate().orElseThrow()
              + "' is a factor that may be a learning rate, and the filter belongs before that",
          "name the gradient with --gradient "
              + ShellWord.of(pair.input() + "=TENSOR")
              + ", be it '"
              + step
              + "' or what is multiplied");
    }

    private Reason noGradient(Pair pair, List<Long> shape) {
      return Reason.of(
          "has no tensor of shape "
              + shape
              + " that alone separates the data from '"
              + pair.output()
              + "' before the optimizer's arithmetic",
          "name it with --gradient "
              + ShellWord.of(pair.input() + "=TENSOR")
              + calledOnTheWayTo(pair.output())
                  .map(
                      function ->
                          ", or, as the function '"
                              + function
                              + "' hides what it makes, inline that first"
                              + " (onnx.inliner.inline_local_functions)")
                  .orElse(""));
    }

    /** A function of the model on whose results a tensor depends. */
    private Optional<String> calledOnTheWayTo(String output) {
      Set<String> functions = model.functions();
      return flow.ancestors(List.of(output)).stream()
          .mapToObj(tensor -> graph.producer(flow.name(tensor)))
          .flatMap(Optional::stream)
          .map(id -> graph.node(id).getDomain() + "." + graph.node(id).getOpType())
          .filter(functions::contains)
          .findFirst();
    }

    /** An output that may be the next value of a parameter, though nothing says so. */
    private Optional<Finding> unpaired(String output) {
      BitSet before = flow.ancestors(List.of(output));
      return graph.fedInputs().stream()
          .map(ValueInfoProto::getName)
          .filter(input -> !pairs.isInput(input) && !elsewhere.contains(input))
          .filter(input -> pairs.fits(input, output) && graph.type(output).isStated())
          .filter(input -> before.get(flow.number(input)) && roles.reachesMetric(input))
          .findFirst()
          .map(
              input ->
                  new NearMiss(
                      output,
                      NAME,
                      Reason.of(
                          "it has the type and shape of '" + input + "', and is made from it",
                          "if it is the next value of that, say so with --update "
                              + ShellWord.of(input + "=" + output))));
    }

    private NearMiss miss(Pair pair, Reason reason) {
      return miss(pair.output(), reason.after("the update of '" + pair.input() + "' "));
    }

    private NearMiss miss(String output, Reason reason) {
      return new NearMiss(graph.producer(output).map(graph::label).orElse(output), NAME, reason);
    }
  }

  /** The parameters whose gradients the user named or an optimizer node takes, filtered or not. */
  private static Set<String> foundElsewhere(TrainingModel model) {
    Set<String> names = new HashSet<>(model.namedGradients().keySet());
    names.addAll(OptimizerNodeRule.weights(model.graph()));
    return names;
  }
}
