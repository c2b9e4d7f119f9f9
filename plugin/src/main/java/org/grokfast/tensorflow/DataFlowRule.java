package org.grokfast.tensorflow;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.grokfast.rewrite.Dominators;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.Miss;
import org.grokfast.rewrite.TrainedVariable;
import org.grokfast.rewrite.UpdateSite;
import org.tensorflow.proto.NodeDef;

/**
 * An optimizer written in plain ops: Keras 3, TensorFlow Java's Nadam, sparse Adam of TensorFlow 1,
 * or {@code assign_sub(w, rate · gradient)} by hand.
 *
 * <pre>
 *   before:  gradient ──┬─▶ Sub(·, m) … AssignAdd(m, …)          after:  gradient ─▶ filter ──┬─▶ …
 *                       └─▶ Square … AssignAdd(v, …)                                          └─▶ …
 *                             AssignSub(w, m / √v)
 * </pre>
 *
 * The gradient is found by data flow: it is the last tensor that alone separates the data from the
 * update of the variable and of its slots, and into which neither a rate nor a slot has flowed
 * ({@link OptimizerFlow}). Only those of its takers that serve this one variable get the filtered
 * gradient: the backward pass, norms and tests for overflow keep the raw one. A variable whose
 * update does not depend on its own value through the model is not trained: moving averages,
 * metrics, averaged weights.
 */
final class DataFlowRule {
  static final String NAME = "data-flow";

  private final Flow flow;
  private final OptimizerFlow optimizer;
  private final Map<String, List<Finding>> found = new LinkedHashMap<>();

  private DataFlowRule(Flow flow) {
    this.flow = flow;
    this.optimizer = new OptimizerFlow(flow);
  }

  /**
   * What is found, by the function that it is in; the main graph has the empty name.
   *
   * @param bodies the functions that the graph calls
   */
  static Map<String, List<Finding>> find(TrainingGraph main, List<FunctionBody> bodies) {
    Optional<Flow> flow = Flow.of(main, bodies);
    if (flow.isEmpty()) {
      return Map.of();
    }
    DataFlowRule rule = new DataFlowRule(flow.get());
    rule.updates().values().forEach(rule::examine);
    return rule.found;
  }

  /** What one caller of the main graph writes for the sake of one variable. */
  private record Update(int variable, List<Integer> own, List<Integer> slots) {}

  private record Key(int root, int variable) {}

  /** The updates that data gets to and that no training op makes, in the order of the graph. */
  private Map<Key, Update> updates() {
    Map<Key, Update> updates = new LinkedHashMap<>();
    Set<Integer> others = new TreeSet<>();
    for (int t = 0; t < flow.size(); t++) {
      int variable = flow.written(t);
      if (variable < 0) {
        continue;
      }
      if (VariableWrites.isTraining(flow.node(t).getOp())) {
        others.add(variable);
      }
      boolean own = optimizer.isModel(variable);
      int whom = own ? variable : optimizer.stateServes(variable);
      if (whom >= 0 && optimizer.dominators().reaches(t)) {
        Update update =
            updates.computeIfAbsent(
                new Key(flow.instance(t).root(), whom),
                key -> new Update(whom, new ArrayList<>(), new ArrayList<>()));
        (own ? update.own() : update.slots()).add(t);
      }
    }
    updates.values().removeIf(u -> others.contains(u.variable()) || u.own().isEmpty());
    return updates;
  }

  private void examine(Update update) {
    VariableNode variable = flow.variables().get(update.variable());
    if (DataTypes.precision(variable.dtype()).isEmpty()) {
      return;
    }
    List<Integer> ends = new ArrayList<>(update.slots());
    boolean asItIs = update.slots().isEmpty();
    for (int effect : update.own()) {
      int step = step(effect, update.variable());
      asItIs &= step == effect && VariableWrites.isAssignment(flow.node(effect).getOp());
      ends.add(step);
    }
    if (asItIs) {
      return; // A state that the model carries from step to step.
    }
    int gradient = gradient(ends, update);
    if (gradient == Dominators.START) {
      miss(update, variable, "no tensor alone separates the data from it before the arithmetic");
    } else if (!optimizer.flowsInto(
        update.variable(), withoutItself(gradient, update.variable()))) {
      if (looksLikeGradient(gradient)) {
        miss(update, variable, "what it takes does not depend on the variable's own value");
      }
    } else {
      site(update, variable, gradient);
    }
  }

  /** The effect, or what is added to the variable or subtracted where it says so plainly. */
  private int step(int effect, int variable) {
    int[] values = flow.inputs(effect);
    if (VariableWrites.isAssignment(flow.node(effect).getOp()) && values.length == 1) {
      int value = through(values[0]);
      int[] parts = flow.inputs(value);
      if (isSum(value) && parts.length == 2) {
        if (flow.read(through(parts[0])) == variable) {
          return parts[1];
        }
        if (flow.read(through(parts[1])) == variable) {
          return parts[0];
        }
      }
    }
    return effect;
  }

  private int through(int t) {
    int at = t;
    while (flow.read(at) < 0
        && flow.inputs(at).length == 1
        && Set.of("Identity", FunctionView.ARGUMENT_OP).contains(flow.node(at).getOp())) {
      at = flow.inputs(at)[0];
    }
    return at;
  }

  private boolean isSum(int t) {
    return Set.of("Add", "AddV2", "Sub").contains(flow.node(t).getOp());
  }

  private boolean isProduct(int t) {
    return Set.of("Mul", "RealDiv", "Div").contains(flow.node(t).getOp());
  }

  private int gradient(List<Integer> ends, Update update) {
    Dominators dominators = optimizer.dominators();
    int at = ends.get(0);
    for (int end : ends) {
      at = dominators.common(at, end);
    }
    if (at >= 0 && flow.written(at) >= 0) {
      at = dominators.before(at);
    }
    while (at >= 0 && optimizer.isOfOptimizer(at)) {
      at = dominators.before(at);
    }
    return at < 0 ? Dominators.START : withoutRate(at, update);
  }

  /** A product with one constant on the way to a sum or a write is one with the rate. */
  private int withoutRate(int t, Update update) {
    int[] takers = takers(t, update.variable());
    if (takers.length != 1 || isProduct(takers[0])) {
      return t;
    }
    int at = t;
    if (isProduct(at)) {
      at = varyingFactor(at);
    }
    while (at != t
        && flow.node(at).getOp().equals("Neg")
        && takers(at, update.variable()).length == 1) {
      at = flow.inputs(at)[0];
    }
    return at;
  }

  /** The factor of a product whose other factor is a constant; the product itself if none is. */
  private int varyingFactor(int product) {
    int[] factors = flow.inputs(product);
    if (factors.length == 2) {
      for (int i = 0; i < 2; i++) {
        if (flow.node(through(factors[1 - i])).getOp().equals("Const")
            && optimizer.dominators().reaches(factors[i])) {
          return factors[i];
        }
      }
    }
    return product;
  }

  /** A value without the variable itself in it: of {@code c · (w − value)} the value. */
  private int withoutItself(int t, int variable) {
    int at = t;
    while (true) {
      int next = at;
      int[] parts = flow.inputs(at);
      if (parts.length == 2 && isProduct(at)) {
        next = varyingFactor(at);
      } else if (parts.length == 2 && isSum(at)) {
        next =
            flow.read(through(parts[0])) == variable
                ? parts[1]
                : flow.read(through(parts[1])) == variable ? parts[0] : at;
      }
      if (next == at) {
        return at;
      }
      at = next;
    }
  }

  /** The takers of a tensor that serve one variable alone. */
  private int[] takers(int t, int variable) {
    return java.util.Arrays.stream(flow.takers(t))
        .filter(taker -> optimizer.serves(taker) == variable)
        .distinct()
        .toArray();
  }

  /** Whether names say that a tensor is of a backward pass: no ground to take it, but to speak. */
  private boolean looksLikeGradient(int t) {
    return flow.node(t).getName().toLowerCase(Locale.ROOT).contains("grad");
  }

  private void site(Update update, VariableNode variable, int gradient) {
    Optional<TrainedVariable> trained = variable.trained();
    if (trained.isEmpty()) {
      miss(update, variable, "the variable has no fixed shape");
      return;
    }
    List<GradientEdge> edges = edges(gradient, update.variable());
    if (edges.isEmpty()) {
      miss(update, variable, "nothing that serves it alone takes its gradient");
      return;
    }
    TrainingGraph graph = flow.instance(gradient).graph();
    SparseRows rows = new SparseRows(flow, optimizer, update.variable());
    Optional<UpdateSite.Rows> sparse = Optional.empty();
    if (rows.isSparse(gradient)) {
      sparse = rows.find(gradient);
      if (sparse.isEmpty()) {
        miss(update, variable, "the rows of its sparse gradient are not one tensor");
        return;
      }
    }
    String first = edges.get(0).node();
    UpdateSite site =
        new UpdateSite(
            trained.get(),
            graph.node(graph.id(first)).getInput(edges.get(0).input()),
            edges,
            sparse,
            new UpdateSite.Evidence(
                NAME, evidence(update, gradient), Triggers.of(graph, graph.id(first))));
    add(flow.instance(gradient).function(), site);
  }

  private void add(String function, Finding finding) {
    List<Finding> all = found.computeIfAbsent(function, name -> new ArrayList<>());
    if (!all.contains(finding)) {
      all.add(finding);
    }
  }

  private List<GradientEdge> edges(int gradient, int variable) {
    FlowInstances.Instance instance = flow.instance(gradient);
    TrainingGraph graph = instance.graph();
    Map<GradientEdge, Integer> edges = new LinkedHashMap<>();
    for (int taker : takers(gradient, variable)) {
      FlowInstances.Instance of = flow.instance(taker);
      boolean here = of.number() == instance.number();
      int node = here ? flow.nodeId(taker) : of.caller().node();
      int[] taken = instance.tensors().taken(node);
      for (int input = 0; input < taken.length; input++) {
        boolean argument = here || of.caller().call().firstInput() + flow.nodeId(taker) == input;
        if (taken[input] == flow.local(gradient) && argument) {
          edges.put(new GradientEdge(graph.node(node).getName(), input), node);
        }
      }
    }
    List<GradientEdge> sorted = new ArrayList<>(edges.keySet());
    sorted.sort(
        java.util.Comparator.comparing((GradientEdge e) -> edges.get(e))
            .thenComparing(GradientEdge::input));
    return sorted;
  }

  private String evidence(Update update, int gradient) {
    Set<String> slots = new TreeSet<>();
    update.slots().forEach(t -> slots.add(flow.variables().get(flow.written(t)).name()));
    NodeDef last = flow.node(update.own().get(0));
    String text = "all data reaches " + last.getOp() + " '" + last.getName() + "' through it";
    if (!slots.isEmpty()) {
      text += ", slots " + String.join(" ", slots);
    }
    return looksLikeGradient(gradient) ? text + "; its name says gradient too" : text;
  }

  private void miss(Update update, VariableNode variable, String reason) {
    int effect = update.own().get(0);
    add(
        flow.instance(effect).function(),
        new Miss(
            flow.node(effect).getName(),
            NAME,
            "the update of '"
                + variable.name()
                + "' is recognised, but "
                + reason
                + "; name it with --gradient "
                + variable.name()
                + "=TENSOR"));
  }
}
