package org.grokfast.tensorflow.cover;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.grokfast.graph.Adjacency;
import org.grokfast.graph.IntStack;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.coverage.Fate;
import org.grokfast.rewrite.coverage.Reason;
import org.grokfast.tensorflow.graph.OpTable;

/** Tells what a write does to its variable. */
final class WriteJudge {
  /** How many points may be visited for each point that there is; more would take minutes. */
  private static final long VISITS = 400;

  private final StepFlow flow;
  private final Variables variables;
  private final Gradients gradients;
  private final Set<String> trainable;
  private final BitSet model;
  private final BitSet fromReads;
  private final BitSet afterBackward;
  private final BitSet modelVariables = new BitSet();
  private final BitSet differentiated = new BitSet();
  private final BitSet trained = new BitSet();
  private final BitSet updates = new BitSet();
  private final BitSet states = new BitSet();
  private final Backward backward;
  private final WrittenValues values;
  private final FilteredGradients filtered;
  private DataFlow data;
  private Influence influence;
  private int followed = -1;
  private long visits;

  WriteJudge(StepFlow flow, Gradients gradients, Set<String> trainable) {
    this.flow = flow;
    this.variables = flow.variables();
    this.gradients = gradients;
    this.trainable = trainable;
    this.backward = new Backward(flow);
    this.model = flow.ancestors(gradients.known());
    this.values = new WrittenValues(flow, gradients, model, backward);
    BitSet passes = backward.all();
    this.afterBackward = flow.descendants(passes, (write, variable) -> false);
    BitSet differentiated = flow.ancestors(passes);
    this.visits = VISITS * flow.size();
    this.fromReads = flow.descendants(variables.reads(), (write, variable) -> false);
    for (int variable = 0; variable < variables.count(); variable++) {
      List<Integer> reads = variables.readsOf(variable);
      modelVariables.set(variable, reads.stream().anyMatch(model::get));
      this.differentiated.set(variable, reads.stream().anyMatch(differentiated::get));
    }
    this.filtered = new FilteredGradients(flow, gradients, modelVariables);
  }

  /** What is plain to see: a filtered gradient is taken, or a training op takes another. */
  Verdict known(int variable, int write) {
    if (filtered.reaches(variable, write)) {
      updates.set(write);
      return new Verdict(Fate.FILTERED, write, "its gradient is filtered");
    }
    if (!OpKinds.isTraining(flow.op(write))) {
      return null;
    }
    updates.set(write);
    return new Verdict(
        Fate.UNFILTERED,
        write,
        miss(variable, write)
            .orElseGet(
                () ->
                    Reason.of(
                        "no rule knows how the training op '" + flow.op(write) + "' is filtered")));
  }

  private Optional<Reason> miss(int variable, int write) {
    return gradients.miss(write, variables.name(variable)).map(NearMiss::reason);
  }

  /** Takes note of what is trained, before other variables are looked at. */
  void follow(Set<Integer> known) {
    known.forEach(trained::set);
    data = new DataFlow(flow, model, this::carriesOn);
    influence = new Influence(flow, model, data, backward, VISITS * flow.size());
  }

  /**
   * Whether a value that is written comes back in the same step: not through the weights, which
   * gradients are made from before they are written, and not where it is a first value, which no
   * variable has gone into.
   */
  private boolean carriesOn(int write, int variable) {
    return !trained.get(variable)
        && !differentiated.get(variable)
        && (fromReads.get(write) || !OpTable.isAssignment(flow.op(write)));
  }

  private void follow(int variable) {
    if (followed != variable) {
      influence.follow(variable, this::carriesOn);
      followed = variable;
    }
  }

  private boolean dependsOnData(int variable, int write) {
    List<Integer> taken = gradients.taken(write);
    if (taken.stream().anyMatch(data::hasSamples)) {
      return true;
    }
    if (taken.stream().noneMatch(data::reaches)) {
      return false;
    }
    // A first value is drawn, and has nothing to do with the one before.
    follow(variable);
    return !OpTable.isAssignment(flow.op(write)) || taken.stream().anyMatch(influence::reaches);
  }

  /** Whether a write gives a variable a new value that a gradient of it has gone into. */
  Verdict trained(int variable, int write) {
    if (filtered.reaches(variable, write) || !dependsOnData(variable, write)) {
      return null;
    }
    follow(variable);
    if (isExhausted()) {
      return tooLarge(write);
    }
    boolean backwardPass = passesBackward(write);
    if (!backwardPass && values.isUsedForward(write)) {
      return null;
    }
    Optional<Reason> miss = miss(variable, write);
    if (miss.isPresent()) {
      return unfiltered(variable, write, miss.get());
    }
    if (!influence.reachesThroughModel(write) || values.isTrial(variable, write)) {
      return null;
    }
    if (backwardPass) {
      return unfiltered(
          variable, write, Reason.of("its new value depends on its own through a backward pass"));
    }
    return gradients.filtered(variable).isEmpty() && values.changesItself(variable, write)
        ? unfiltered(
            variable,
            write,
            Reason.of("what is added to it depends on its own value through the loss"))
        : null;
  }

  private Verdict unfiltered(int variable, int write, Reason reason) {
    trained.set(variable);
    updates.set(write);
    return new Verdict(
        Fate.UNFILTERED,
        write,
        isListed(variable)
            ? reason.before(", and the file lists it among the trainable variables")
            : reason);
  }

  private boolean isListed(int variable) {
    return trainable.contains(variables.name(variable));
  }

  private BitSet ancestors(int write) {
    BitSet start = new BitSet();
    start.set(write);
    BitSet found = flow.ancestors(start);
    visits -= found.cardinality();
    return found;
  }

  /** Whether no more writes can be followed in bounded time. */
  private boolean isExhausted() {
    return visits < 0 || influence.isExhausted();
  }

  private static Verdict tooLarge(int write) {
    return new Verdict(
        Fate.UNDECIDED, write, "the graph is too large to follow what flows into its new value");
  }

  /** Whether the variable last followed flows to a write through a backward pass. */
  private boolean passesBackward(int write) {
    List<Integer> taken = gradients.taken(write);
    return taken.stream().anyMatch(influence::reaches)
        && taken.stream().anyMatch(afterBackward::get)
        && influence.passesBackward(ancestors(write));
  }

  /** Finds the variables that flow into updates of trained ones, directly or through others. */
  void findStates() {
    BitSet seen = new BitSet();
    IntStack todo = new IntStack();
    updates.stream().forEach(todo::push);
    Adjacency producers = flow.producers();
    while (!todo.isEmpty()) {
      int at = todo.pop();
      if (seen.get(at)) {
        continue;
      }
      seen.set(at);
      for (int found : variables.reads().get(at) ? variables.of(at) : new int[0]) {
        if (!trained.get(found) && !states.get(found)) {
          states.set(found);
          variables.writesOf(found).forEach(todo::push);
        }
      }
      // What a gradient is made from is the model.
      boolean gradient = gradients.known().get(at) || backward.is(at);
      if (!gradient && (!variables.reads().get(at) || variables.writes().get(at))) {
        producers.stream(at).forEach(todo::push);
      }
    }
  }

  /** What a write does to a variable that is not known to be trained. */
  Verdict other(int variable, int write) {
    if (filtered.reaches(variable, write)) {
      return null;
    }
    int copied = values.copied(variable, write);
    if (copied >= 0 && !trained.get(variable)) {
      // Outside of functions and of the model it may be a first value.
      return modelVariables.get(variable) || !flow.instance(write).isMain()
          ? notByGradient(write, "copies '" + variables.name(copied) + "'")
          : null;
    }
    if (!dependsOnData(variable, write)) {
      return trained.get(variable) ? null : withoutData(variable, write);
    }
    follow(variable);
    if (isExhausted()) {
      return tooLarge(write);
    }
    if (values.isTrial(variable, write)) {
      return null;
    }
    boolean backwardPass = passesBackward(write);
    if (influence.reachesBent(write) && !backwardPass && values.isUsedForward(write)) {
      return new Verdict(
          Fate.NOT_BY_GRADIENT, write, "is a state that the forward pass carries on");
    }
    if (trained.get(variable)) {
      return influence.reachesThroughModel(write)
          ? new Verdict(
              Fate.UNDECIDED,
              write,
              "this write, which is none of its filtered updates, depends on data and on its own"
                  + " value")
          : null;
    }
    if (states.get(variable)) {
      return new Verdict(
          Fate.OPTIMIZER_STATE, write, "flows into updates of trained variables alone");
    }
    if (influence.reachesThroughModel(write)) {
      return new Verdict(
          Fate.UNDECIDED,
          write,
          "its new value depends on data and on its own value, in a way that is no known update");
    }
    if (isListed(variable)) {
      return new Verdict(
          Fate.UNDECIDED,
          write,
          "the file lists it among the trainable variables, but no gradient of it was seen on the"
              + " way to what is written");
    }
    boolean gradient = gradients.taken(write).stream().anyMatch(afterBackward::get);
    if (!influence.touches(model)) {
      return notByGradient(
          write,
          gradient
              ? "keeps a record of gradients that nothing trained depends on"
              : "nothing trained depends on it: a metric, a statistic or an average");
    }
    if (!gradient) {
      return notByGradient(write, "influences the loss, and moves by a rule of its own");
    }
    return influence.reachesBackward()
        ? new Verdict(
            Fate.UNFILTERED, write, "a gradient is written to it that its own value is not part of")
        : new Verdict(Fate.OPTIMIZER_STATE, write, "sums up gradients");
  }

  private static Verdict notByGradient(int write, String reason) {
    return new Verdict(Fate.NOT_BY_GRADIENT, write, reason);
  }

  private Verdict withoutData(int variable, int write) {
    if (isExhausted()) {
      return tooLarge(write);
    }
    BitSet ancestors = ancestors(write);
    boolean own = !OpTable.isAssignment(flow.op(write));
    boolean others = false;
    BitSet reads = (BitSet) ancestors.clone();
    reads.and(variables.reads());
    reads.clear(write);
    for (int read = reads.nextSetBit(0); read >= 0; read = reads.nextSetBit(read + 1)) {
      for (int found : variables.of(read)) {
        own |= found == variable;
        others |= found != variable && (trained.get(found) || modelVariables.get(found));
      }
    }
    if (!own) {
      return null; // A first value.
    }
    if (isOfPenalty(variable, write)) {
      return unfiltered(variable, write, Reason.of("a gradient without data is written to it"));
    }
    BitSet steering = data.steering(ancestors);
    boolean steered = !steering.isEmpty();
    if (steered) {
      follow(variable);
      if (isExhausted()) {
        return tooLarge(write);
      }
      if (steering.stream().anyMatch(influence::reachesThroughModel)) {
        return new Verdict(
            Fate.UNDECIDED, write, "its new value is chosen by what depends on data and on it");
      }
    }
    if (modelVariables.get(variable)) {
      if (isListed(variable) && !others && !steered) {
        return new Verdict(
            Fate.UNDECIDED,
            write,
            "the file lists it among the trainable variables, but no data was seen to flow into"
                + " what is written");
      }
      return notByGradient(write, "influences the loss, and " + rule(steered, others));
    }
    if (states.get(variable)) {
      // A power of beta is none of a step's data.
      return others
          ? new Verdict(
              Fate.OPTIMIZER_STATE, write, "flows into updates of trained variables alone")
          : null;
    }
    if (others) {
      return notByGradient(write, "follows other variables, without data: an average");
    }
    return steered
        ? notByGradient(write, "counts what data chooses: a metric or a statistic")
        : null;
  }

  /** Whether a gradient is written to a variable of the model, though it is of a penalty alone. */
  private boolean isOfPenalty(int variable, int write) {
    if (gradients.taken(write).stream().noneMatch(afterBackward::get)) {
      return false;
    }
    if (modelVariables.get(variable)) {
      return true;
    }
    follow(variable);
    return !isExhausted() && passesBackward(write);
  }

  private static String rule(boolean steered, boolean others) {
    if (steered) {
      return "data only chooses its next value";
    }
    return others
        ? "follows other variables, without data"
        : "moves by a rule of its own, without data";
  }
}
