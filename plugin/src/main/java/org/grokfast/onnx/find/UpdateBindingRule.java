package org.grokfast.onnx.find;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TrainingInfoProto;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.onnx.find.step.Accumulation;
import org.grokfast.onnx.find.step.CarriedPairs.Pair;
import org.grokfast.onnx.find.step.TrainingModel;
import org.grokfast.onnx.graph.DataFlow;
import org.grokfast.onnx.graph.DataTypes;
import org.grokfast.onnx.graph.GradientOp;
import org.grokfast.onnx.graph.GraphLocation;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.graph.TensorType;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.SiteRule;
import org.grokfast.rewrite.TrainedVariable;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.rewrite.coverage.Reason;
import org.grokfast.text.ShellWord;

/**
 * A {@code training_info} that updates the weights by standard operators: a {@code Gradient} node
 * says which tensor is the gradient of which weights, an {@code update_binding} which tensor is
 * their next value.
 *
 * <pre>
 *   before                            after
 *   g = Gradient(w, x)                g = Gradient(w, x)
 *                                     g' = filter(g)
 *   s = Mul(r, g)                     s = Mul(r, g')
 *   w_new = Sub(w, s)                 w_new = Sub(w, s)
 *   bound: w to w_new                 bound: w to w_new, the filter's state to its next value
 * </pre>
 *
 * <p>Between the two the gradient is found as in a plain step: it is the earliest tensor that alone
 * takes what the data change to the weights, behind the division by a loss scale and behind
 * clipping ({@link PlainStepRule}). The consumers that lead to the next value of the weights, be it
 * in a later step by way of a state, take the filtered gradient. The optimizer nodes of the
 * format's own are left to {@link TrainingInfoRule}.
 *
 * <ol>
 *   <li>{@code Gradient} names the gradient, and the binding the next value.
 *   <li>State that is updated after the weights takes the filtered gradient too.
 *   <li>Each name in {@code xs} has an output of its own.
 *   <li>Several gradients of the same weights are filtered where they have become one.
 *   <li>Of two that come one after the other the last is filtered.
 *   <li>A gradient that is clipped is filtered behind the clipping.
 *   <li>A loss scale that is bound comes before the gradient.
 *   <li>An optimizer node is left to the rule that knows it.
 *   <li>Weights without a binding are not trained.
 *   <li>A binding without a {@code Gradient} is no site.
 *   <li>A gradient that no node takes is a near-miss.
 *   <li>Two gradients that nothing makes one are a near-miss.
 *   <li>So is one beside which the data reach the weights.
 *   <li>A gradient that is summed up over several runs is a near-miss.
 *   <li>Weights of integers are a near-miss.
 * </ol>
 */
final class UpdateBindingRule implements SiteRule<TrainingModel> {
  static final String NAME = "update-binding";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "a Gradient node and standard operators in the algorithm of a training_info";
  }

  @Override
  public List<Finding> find(TrainingModel model) {
    Set<String> done = new HashSet<>(model.namedGradients().keySet());
    for (Finding finding : new TrainingInfoRule().find(model)) {
      if (finding instanceof UpdateSite site) {
        done.add(site.variable().name());
      }
    }
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < model.trainingInfo().size(); i++) {
      Algorithm algorithm = new Algorithm(model, i);
      algorithm.find(done, findings);
    }
    return findings;
  }

  /**
   * The site of a gradient that the user named, if an algorithm binds its parameter.
   *
   * @param rule the rule in whose name it is found
   */
  static Optional<Finding> named(
      TrainingModel model, String parameter, String tensor, String rule) {
    for (int i = 0; i < model.trainingInfo().size(); i++) {
      Algorithm algorithm = new Algorithm(model, i);
      for (StringStringEntryProto binding : model.trainingInfo().get(i).getUpdateBindingList()) {
        if (binding.getKey().equals(parameter) && algorithm.graph.has(tensor)) {
          GradientSites.Update update =
              algorithm.update(rule, parameter, binding.getValue(), tensor);
          return Optional.of(algorithm.examine(parameter, tensor, update));
        }
      }
    }
    return Optional.empty();
  }

  /** The rule at work on one algorithm. */
  private static final class Algorithm {
    private final TrainingInfoProto training;
    private final OnnxGraph graph;
    private final OnnxGraph main;
    private final String location;
    private final DataFlow flow;
    private final TrainingModel step;
    private final Map<String, List<String>> gradients = new HashMap<>();

    Algorithm(TrainingModel model, int number) {
      this.training = model.trainingInfo().get(number);
      this.graph = new OnnxGraph(training.getAlgorithm());
      this.main = model.graph();
      this.location = GraphLocation.algorithm(number);
      this.flow = new DataFlow(graph);
      this.step = model.step(training);
      training.getAlgorithm().getNodeList().forEach(this::addGradients);
    }

    /** The gradients that a node gives: one output for each name in its attribute {@code xs}. */
    private void addGradients(NodeProto node) {
      if (GradientOp.is(node)) {
        List<String> arguments = GradientOp.arguments(node);
        for (int i = 0; i < arguments.size(); i++) {
          if (!node.getOutput(i).isEmpty()) {
            gradients
                .computeIfAbsent(arguments.get(i), key -> new ArrayList<>())
                .add(node.getOutput(i));
          }
        }
      }
    }

    void find(Set<String> done, List<Finding> findings) {
      for (StringStringEntryProto binding : training.getUpdateBindingList()) {
        String parameter = binding.getKey();
        if (gradients.containsKey(parameter) && !done.contains(parameter)) {
          findings.add(find(parameter, binding.getValue()));
        }
      }
    }

    private Finding find(String parameter, String next) {
      List<String> given = gradients.get(parameter);
      BitSet leading = leading(parameter, next);
      if (given.stream().noneMatch(gradient -> leading.get(flow.number(gradient)))) {
        return examine(
            parameter, given.get(0), new GradientSites.Update(NAME, "", next, leading, false));
      }
      Optional<String> gradient = gradient(parameter, given);
      if (gradient.isEmpty()) {
        return miss(parameter, next, given);
      }
      Optional<Reason> part =
          step.pairs()
              .of(parameter)
              .flatMap(pair -> new Accumulation(step).of(pair, gradient.get()));
      if (part.isPresent()) {
        return new NearMiss(location + "/" + next, NAME, part.get());
      }
      String text =
          (given.contains(gradient.get())
                  ? "Gradient gives it for '"
                  : "all data reach it on their way to '")
              + parameter
              + "', which is bound to '"
              + next
              + "'";
      return examine(
          parameter,
          gradient.get(),
          new GradientSites.Update(
              NAME, text, next, leading, isFedBack(parameter, next, gradient.get())));
    }

    /**
     * The gradient as in a plain step: behind unscaling and clipping, and where all that several
     * nodes give comes together.
     */
    private Optional<String> gradient(String parameter, List<String> given) {
      Optional<Pair> pair = step.pairs().of(parameter);
      boolean fed =
          pair.isPresent()
              && step.flow()
                  .descendants(step.roles().data())
                  .intersects(step.flow().ancestors(given));
      if (!fed) {
        // No data to follow: the graph has them in it.
        return given.size() == 1 ? Optional.of(given.get(0)) : Optional.empty();
      }
      BitSet derived = step.flow().descendants(all());
      return step.gradient(pair.get())
          .filter(tensor -> flow.has(tensor) && derived.get(step.flow().number(tensor)));
    }

    private List<String> all() {
      return gradients.values().stream().flatMap(List::stream).toList();
    }

    private GradientSites.Update update(String rule, String parameter, String next, String tensor) {
      return new GradientSites.Update(
          rule,
          "named by hand",
          next,
          leading(parameter, next),
          isFedBack(parameter, next, tensor));
    }

    /** Whether a gradient is bound to a state that leads to the weights in a later step. */
    private boolean isFedBack(String parameter, String next, String gradient) {
      BitSet leading = whole(parameter, next);
      return training.getUpdateBindingList().stream()
          .filter(binding -> binding.getValue().equals(gradient))
          .flatMap(binding -> step.pairs().of(binding.getKey()).stream())
          .filter(pair -> !step.roles().isParameter(pair))
          .anyMatch(pair -> leading.get(step.flow().number(pair.input())));
    }

    private Finding examine(String parameter, String gradient, GradientSites.Update update) {
      TensorType type = graph.type(parameter).or(main.type(parameter));
      Optional<Precision> precision = DataTypes.precision(type.type());
      if (precision.isEmpty() || type.fixedShape().isEmpty()) {
        return new NearMiss(
            location + "/" + update.next(),
            update.rule(),
            "the weights '" + parameter + "' have no fixed floating-point shape");
      }
      return new GradientSites(graph, flow, location)
          .site(
              new TrainedVariable(parameter, precision.get(), type.fixedShape().get()),
              gradient,
              update);
    }

    private NearMiss miss(String parameter, String next, List<String> given) {
      return new NearMiss(
          location + "/" + next,
          NAME,
          Reason.of(
              (given.size() == 1 ? "the gradient " : "the " + given.size() + " gradients ")
                  + given.stream().map(each -> "'" + each + "'").collect(Collectors.joining(", "))
                  + " of '"
                  + parameter
                  + (given.size() == 1 ? "' reaches" : "' reach")
                  + " its update in a way in which no tensor alone is what the optimizer takes",
              "name that with --gradient " + ShellWord.of(parameter + "=TENSOR")));
    }

    /**
     * The tensors that influence the next value of some weights, in this step or in a later one by
     * way of a state.
     */
    private BitSet leading(String parameter, String next) {
      BitSet whole = whole(parameter, next);
      BitSet own = new BitSet();
      flow.names()
          .filter(name -> step.flow().isIn(name, whole))
          .forEach(name -> own.set(flow.number(name)));
      return own;
    }

    /** The same tensors, numbered in the step as a whole. */
    private BitSet whole(String parameter, String next) {
      return step.roles().leading(step.pairs().of(parameter).map(Pair::output).orElse(next));
    }
  }
}
