package org.grokfast.tensorflow.find;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.grokfast.graph.Dominators;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.SiteRule;
import org.grokfast.rewrite.TrainedVariable;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.rewrite.coverage.Reason;
import org.grokfast.tensorflow.find.flow.InlinedFlow;
import org.grokfast.tensorflow.find.roles.BackwardScope;
import org.grokfast.tensorflow.find.roles.RoleAnalysis;
import org.grokfast.tensorflow.find.update.AverageForm;
import org.grokfast.tensorflow.find.update.GradientDoubts;
import org.grokfast.tensorflow.find.update.GradientPosition;
import org.grokfast.tensorflow.find.update.GradientShape;
import org.grokfast.tensorflow.find.update.Preconditioners;
import org.grokfast.tensorflow.find.update.SparseRows;
import org.grokfast.tensorflow.find.update.UpdateExpression;
import org.grokfast.tensorflow.graph.DataTypes;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.OpTable;
import org.grokfast.tensorflow.graph.Program;
import org.grokfast.tensorflow.graph.UpdateSinks;
import org.grokfast.tensorflow.graph.VariableNode;
import org.grokfast.text.ShellWord;

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
 * ({@link RoleAnalysis}). Only those of its consumers that update this one variable get the
 * filtered gradient: the backward pass, norms and tests for overflow keep the raw one. A variable
 * whose update does not depend on its own value through the model is not trained: moving averages,
 * metrics, averaged weights.
 *
 * <p>The cases of its test:
 *
 * <ol>
 *   <li>The gradient of plain descent is what the rate is multiplied with.
 *   <li>A constant rate is a rate too.
 *   <li>A rate that is fed is no data.
 *   <li>A slot that is read again leads from the gradient to the variable.
 *   <li>A clipped gradient is filtered behind the clipping.
 *   <li>A gradient that also feeds its norm is redirected for the update alone.
 *   <li>Weight decay beside the update is left alone.
 *   <li>A sparse gradient is filtered with its rows.
 *   <li>A sign stands behind the filter.
 *   <li>So does a norm.
 *   <li>So does a trust ratio, with the decay in it.
 *   <li>A gradient clipped by its norm is filtered behind the clipping.
 *   <li>A projection of the weights stands behind the filter.
 *   <li>A trial step that is taken back is no update.
 *   <li>Decay of the weights by a factor does too.
 *   <li>A penalty in the loss is a part of the gradient.
 *   <li>Rows that data selects bring data where nothing else does.
 *   <li>A gradient comes back through an array of tensors.
 *   <li>A gradient comes out of a loop, off a stack that another loop filled.
 *   <li>A sum of gradients that is set back is filtered where it is used.
 *   <li>An update beside a training op has a filter of its own.
 *   <li>Each of several places has its own gradient.
 *   <li>A loss that ends in a metric is found behind it, and one that a function drops too.
 *   <li>So is that of a variable that a slot alone leads to and that has a part in another's
 *       update.
 *   <li>Any output of a function that the graph calls may be a loss.
 *   <li>A loss scale is divided out before the filter and not filtered itself.
 *   <li>A moving average of batch normalisation is no trained variable.
 *   <li>Nor is it where the same graph infers with it.
 *   <li>Nor where the average counts what it has seen.
 *   <li>Nor where the average is assigned.
 *   <li>A metric is no trained variable.
 *   <li>A metric that is returned as it is assigned is none.
 *   <li>An average of weights is no trained variable.
 *   <li>The state of a recurrent layer is no trained variable.
 *   <li>Counters, rates and seeds are no trained variables.
 *   <li>A sum of gradients is no trained variable.
 *   <li>An average of the weights as they are written is none.
 *   <li>Nor is a slot whose step is looked at.
 *   <li>Nor is what a saver brings back.
 *   <li>A state that is used before it is assigned is none.
 *   <li>A graph that trains with a training op is left to the rule for those.
 *   <li>A gradient that its variable does not change is named by hand.
 *   <li>An update with two ways in is named by hand.
 *   <li>An update scattered by index tuples is a near-miss.
 *   <li>A sign of a gradient that something else takes too is a near-miss.
 *   <li>So is its direction.
 *   <li>An update by hand in the frame of a loop is a near-miss.
 *   <li>Two writes of one variable and its slots with two gradients are named by hand.
 * </ol>
 */
final class DataFlowRule implements SiteRule<Program> {
  private static final String NAME = "data-flow";
  private static final String TO_SHAPE =
      "give its gradient the variable's shape before the optimizer's arithmetic";

  /** So many losses of one program may be hidden. */
  private static final int MOST_HIDDEN = 8;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "updates in plain ops, such as those of Keras 3, sparse Adam and assign_sub by hand";
  }

  @Override
  public List<Finding> find(Program program) {
    return InlinedFlow.of(program)
        .map(flow -> find(program, flow))
        .orElseGet(() -> List.of(tooLarge(program)));
  }

  private static NearMiss tooLarge(Program program) {
    return new NearMiss(
        program.roots().values().stream().flatMap(Set::stream).findFirst().orElseThrow(),
        NAME,
        "functions call each other so often that there are more than 8,000,000 tensors in all"
            + " calls: updates in plain ops are not looked for");
  }

  /**
   * Where no tensor separates the data from an update, a loss may be hidden: a function computes it
   * and nobody takes it. Then ends are taken that nobody sees, if all that was found stays.
   */
  private static List<Finding> find(Program program, InlinedFlow flow) {
    Search search = new Search(program, flow, 0);
    List<Finding> found = search.found();
    List<Finding> sites = found.stream().filter(UpdateSite.class::isInstance).toList();
    int more = Math.min(MOST_HIDDEN, search.optimizer.spareEnds());
    for (int hidden = 1; search.isInseparable() && hidden <= more; hidden++) {
      Search other = new Search(program, flow, hidden);
      List<Finding> others = other.found();
      if (!other.isInseparable() && others.size() >= found.size() && others.containsAll(sites)) {
        return others;
      }
    }
    return found;
  }

  /** One search. */
  private static final class Search {
    private final Program program;
    private final InlinedFlow flow;
    private final RoleAnalysis optimizer;
    private final Preconditioners preconditioners;
    private final Set<Finding> found = new LinkedHashSet<>();

    private boolean inseparable;

    Search(Program program, InlinedFlow flow, int hidden) {
      this.program = program;
      this.flow = flow;
      this.optimizer = new RoleAnalysis(flow, hidden);
      this.preconditioners = new Preconditioners(flow, optimizer);
    }

    /** Whether no tensor separates the data from some update. */
    boolean isInseparable() {
      return inseparable;
    }

    List<Finding> found() {
      updates().forEach(this::examine);
      return List.copyOf(found);
    }

    private record Key(int root, int variable) {}

    /** The updates that data gets to and that no training op makes, in the order of the graph. */
    private Map<Key, PlainUpdate> updates() {
      Map<Key, PlainUpdate> updates = new LinkedHashMap<>();
      for (int t = 0; t < flow.size(); t++) {
        int variable = flow.written(t);
        if (variable < 0 || OpTable.isTraining(flow.op(t))) {
          continue;
        }
        boolean own = optimizer.isModel(variable);
        int whom = own ? variable : optimizer.stateUpdates(variable);
        if (whom >= 0 && optimizer.dominators().reaches(t)) {
          PlainUpdate update =
              updates.computeIfAbsent(
                  new Key(flow.instance(t).root(), whom), key -> PlainUpdate.of(whom));
          (own ? update.own() : update.slots()).add(t);
        }
      }
      updates.values().removeIf(update -> update.own().isEmpty());
      return updates;
    }

    /** Looks for the gradient of an update; whether anything is to be said of it. */
    private boolean examine(Key key, PlainUpdate update) {
      VariableNode variable = flow.variables().get(key.variable());
      if (DataTypes.precision(variable.dtype()).isEmpty()) {
        return false;
      }
      UpdateExpression arithmetic = new UpdateExpression(flow, optimizer, key.variable());
      List<Integer> kept =
          update.own().stream().filter(effect -> !arithmetic.isTrial(effect)).toList();
      if (kept.size() < update.own().size()) {
        return !kept.isEmpty()
            && examine(key, new PlainUpdate(key.variable(), kept, update.slots()));
      }
      List<Integer> ends = new ArrayList<>(update.slots());
      boolean assigned = update.slots().isEmpty();
      for (int effect : update.own()) {
        int step = arithmetic.step(effect);
        assigned &= step == effect && OpTable.isAssignment(flow.op(effect));
        ends.add(step);
      }
      Optional<String> scatter =
          update.own().stream().map(flow::op).filter(OpTable::isScatterNd).findFirst();
      if (scatter.isPresent()) {
        miss(update, variable, scattered(scatter.get()), TO_SHAPE);
        return true;
      }
      if (isAverage(update, ends)) {
        return false;
      }
      GradientPosition position = new GradientPosition(flow, optimizer, key.variable());
      int gradient = position.find(ends, ends.subList(update.slots().size(), ends.size()));
      if (assigned && (gradient < 0 || !position.joinsAfter(gradient, ends))) {
        return false; // A state that the model carries from step to step.
      }
      boolean isTrained = gradient >= 0 && isGradient(key.variable(), gradient, arithmetic);
      List<PlainUpdate> parts = isTrained ? List.of() : update.parts(flow);
      if (parts.size() > 1) {
        return examineParts(key, parts);
      }
      if (gradient == Dominators.START) {
        inseparable = true;
        miss(update, variable, "no tensor alone separates the data from it before the arithmetic");
        return true;
      }
      gradient = arithmetic.withoutRate(gradient);
      if (!isTrained) {
        boolean named = !assigned && backwardScope(gradient).isPresent();
        if (named) {
          miss(update, variable, "its gradient does not depend on its own value");
        }
        return named;
      }
      Optional<String> doubt =
          new GradientDoubts(flow, optimizer, preconditioners, key.variable(), position)
              .about(gradient);
      if (doubt.isPresent()) {
        miss(update, variable, doubt.get());
      } else if (new SparseRows(flow, optimizer, key.variable()).isSparse(gradient)) {
        site(update, variable, gradient, arithmetic.redirected(gradient));
      } else {
        GradientShape shape = new GradientShape(flow, optimizer, key.variable());
        OptionalInt shaped = shape.find(gradient);
        if (shaped.isPresent()) {
          site(update, variable, shaped.getAsInt(), arithmetic.redirected(shaped.getAsInt()));
        } else {
          miss(update, variable, reshaped(shape.maker()), TO_SHAPE);
        }
      }
      return true;
    }

    private static String scattered(String op) {
      return "its gradient is scattered by index tuples (" + op + "), of which no state is kept";
    }

    /** Why no tensor of the variable's shape is its gradient. */
    private static String reshaped(Optional<String> maker) {
      return maker
          .filter(op -> op.contains("Scatter"))
          .map(Search::scattered)
          .orElse(
              "its gradient gets the variable's shape behind arithmetic of the optimizer"
                  + maker.map(op -> " (" + op + ")").orElse(""));
    }

    /** A variable that is trained at one place is trained at all that data gets to. */
    private boolean examineParts(Key key, List<PlainUpdate> parts) {
      List<PlainUpdate> silent = parts.stream().filter(part -> !examine(key, part)).toList();
      if (silent.size() < parts.size()) {
        for (PlainUpdate part : silent) {
          inseparable = true;
          miss(
              part,
              flow.variables().get(key.variable()),
              "its gradient is not, as those at other places are");
        }
      }
      return silent.size() < parts.size();
    }

    /** Whether a variable's own value flows into a tensor, through more than an average. */
    private boolean isGradient(int variable, int tensor, UpdateExpression arithmetic) {
      AverageForm average = new AverageForm(flow, optimizer, variable);
      int step = arithmetic.withoutRate(tensor);
      return average.isGradientOfSquare(step)
          || (optimizer.flowsInto(variable, arithmetic.withoutItself(step))
              && (backwardScope(tensor).isPresent() || !average.isStep(tensor)));
    }

    /** Whether all that is written to a variable is an average of it and something else. */
    private boolean isAverage(PlainUpdate update, List<Integer> ends) {
      AverageForm average = new AverageForm(flow, optimizer, update.variable());
      List<Integer> steps = ends.subList(update.slots().size(), ends.size());
      return update.own().stream().allMatch(average::isWeighted)
          || (update.slots().isEmpty() && steps.stream().allMatch(t -> isAverageStep(average, t)));
    }

    /** What is scattered or added is the step, where a write doesn't say so plainly. */
    private boolean isAverageStep(AverageForm average, int end) {
      int[] values = flow.producers(end);
      int step = flow.written(end) >= 0 && values.length == 1 ? values[0] : end;
      return average.isStep(step)
          && !average.isGradientOfSquare(step)
          && backwardScope(step).isEmpty();
    }

    private Optional<String> backwardScope(int gradient) {
      return BackwardScope.of(flow, gradient);
    }

    private void site(PlainUpdate update, VariableNode variable, int gradient, int[] consumers) {
      Optional<TrainedVariable> trained = variable.trained();
      if (trained.isEmpty()) {
        miss(update, variable, "the variable has no fixed shape");
        return;
      }
      List<GradientEdge> edges = flow.edges(gradient, consumers);
      if (edges.isEmpty()) {
        miss(update, variable, "nothing that serves it alone takes its gradient");
        return;
      }
      GraphIndex graph = flow.instance(gradient).graph();
      SparseRows rows = new SparseRows(flow, optimizer, update.variable());
      Optional<UpdateSite.Rows> sparse = Optional.empty();
      if (rows.isSparse(gradient)) {
        sparse = rows.find(gradient);
        if (sparse.isEmpty()) {
          miss(update, variable, "the rows of its sparse gradient are not one tensor", TO_SHAPE);
          return;
        }
      }
      String first = edges.get(0).node();
      UpdateSite site =
          new UpdateSite(
              trained.get(),
              graph.input(graph.id(first), edges.get(0).input()),
              edges,
              sparse,
              new UpdateSite.Evidence(
                  NAME,
                  update.evidence(flow, optimizer, gradient),
                  UpdateSinks.of(graph, graph.id(first))));
      add(flow.instance(gradient).function(), site);
    }

    private void add(String function, Finding finding) {
      found.add(
          function.isEmpty()
              ? finding
              : finding.at(program.place(program.functions().get(function))));
    }

    private void miss(PlainUpdate update, VariableNode variable, String reason) {
      String byHand = "name it with --gradient " + ShellWord.of(variable.name() + "=TENSOR");
      miss(update, variable, reason, byHand);
    }

    private void miss(PlainUpdate update, VariableNode variable, String reason, String remedy) {
      int effect = update.own().get(0);
      add(
          flow.instance(effect).function(),
          new NearMiss(
              flow.name(effect),
              NAME,
              Reason.of(
                  "the update of '" + variable.name() + "' is recognised, but " + reason, remedy)));
    }
  }
}
