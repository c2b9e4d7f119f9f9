package org.grokfast.tensorflow.find.roles;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.grokfast.graph.Dominators;
import org.grokfast.tensorflow.find.flow.InlinedFlow;
import org.grokfast.tensorflow.graph.DataTypes;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.OpTable;
import org.grokfast.tensorflow.graph.VariableNode;

/**
 * Tells apart, in the flow of values, what belongs to the model and its gradients and what to the
 * optimizer. Names play no part.
 *
 * <pre>
 *   data, weights ──▶ forward ──▶ loss (an end)
 *                        │
 *                        ▼
 *                     backward ──▶ gradient of w ──┬──▶ arithmetic ──▶ slots of w, w
 *                                                  │        ▲
 *                                        rates, slots of w ─┘
 * </pre>
 *
 * <ol>
 *   <li>A value ends where no node takes it. Where data and variables flow together into an end,
 *       those variables are the model's, and those sources are data. Slots and rates never flow
 *       there.
 *   <li>What a variable's read flows to must be written for the model's sake; so each tensor
 *       updates no model variable, one, or several ({@link #updates}). State updates those whose
 *       update it flows to.
 *   <li>What flows, with data, into a tensor that updates several is not the optimizer's: a loss
 *       scale, say, wherever it is read. Neither is a sum of gradients that the step sets back to a
 *       constant.
 *   <li>All other variables and sources are the optimizer's: whatever depends on them comes after
 *       the gradient.
 * </ol>
 */
public final class RoleAnalysis {
  private final InlinedFlow flow;
  private final BitSet sources = new BitSet();
  private final BitSet selections = new BitSet();
  private final BitSet reads = new BitSet();
  private final BitSet model = new BitSet();
  private final ZeroedSums zeroed;
  private final BitSet sums = new BitSet();
  private final BitSet setBack = new BitSet();

  private final int[] updates;
  private final int[] stateUpdates;
  private final BitSet all = new BitSet();
  private final ModelEnds ends;
  private final BitSet beforeOptimizer;
  private final BitSet ofOptimizer;
  private final Dominators dominators;
  private final int spare;

  public RoleAnalysis(InlinedFlow flow) {
    this(flow, 0);
  }

  /**
   * The same with ends that nobody sees, though the others would do.
   *
   * @param more how many of them
   */
  public RoleAnalysis(InlinedFlow flow, int more) {
    this.flow = flow;
    this.updates = new int[flow.size()];
    this.stateUpdates = new int[flow.variables().size()];
    for (int t = 0; t < flow.size(); t++) {
      reads.set(t, flow.read(t) >= 0);
      sources.set(t, isSource(t));
    }
    addSelections();
    BitSet data = (BitSet) sources.clone();
    data.or(selections);
    FlowEnds found = new FlowEnds(flow, data);
    beforeOptimizer = new BitSet();
    zeroed = new ZeroedSums(flow, leaves());
    addEnds(found.seen());
    BitSet reached = descendants(data); // Through slots, by which alone a variable may be written.
    List<Integer> unseen = found.unseen();
    int needed = 0;
    while (needed < unseen.size() && isUpdatedForNobody(found, reached)) {
      addEnd(unseen.get(needed++));
    }
    for (int end : unseen.subList(needed, unseen.size())) {
      if (endsForSeveral(end, found, reached)) {
        addEnd(end);
      }
    }
    spare = unseen.size() - needed;
    for (int end : unseen.subList(needed, Math.min(unseen.size(), needed + more))) {
      addEnd(end);
    }
    beforeOptimizer.or(flow.ancestors(dataForSeveral()));
    addOtherReads();
    findSums();
    dominators = new Dominators(flow.size(), this::producers, and(leaves(), this::isData));
    ends = new ModelEnds(flow, dominators, this::producers, updates, all, unseen);
    beforeOptimizer.or(flow.ancestors(ends.penalties()));
    BitSet ofData = new BitSet();
    for (int t = 0; t < flow.size(); t++) {
      ofData.set(t, dominators.reaches(t));
    }
    BitSet ofModel = and(reads, t -> model.get(flow.read(t)));
    ofOptimizer =
        new GradientNoise(flow, this::producers, ofData, updates, ofModel)
            .descendants(and(leaves(), t -> !isBefore(t)));
  }

  private void addEnd(int end) {
    BitSet one = new BitSet();
    one.set(end);
    addEnds(one);
  }

  private void addEnds(BitSet ends) {
    all.or(ends);
    beforeOptimizer.or(flow.ancestors(ends));
    forEach(reads, t -> model.set(flow.read(t), model.get(flow.read(t)) || isBefore(t)));
    findWhatEachUpdates();
  }

  /** Whether data gets to a variable in use that is neither the model's nor a state of its own. */
  private boolean isUpdatedForNobody(FlowEnds ends, BitSet reached) {
    return reached.stream()
        .map(flow::written)
        .anyMatch(
            variable ->
                variable >= 0
                    && ends.isUsed(variable)
                    && DataTypes.precision(flow.variables().get(variable).dtype()).isPresent()
                    && !model.get(variable)
                    && stateUpdates[variable] == Served.NOBODY);
  }

  /**
   * Whether an end is made from a variable that data gets to and that no other end is made from,
   * though it has a part in the updates of several: a loss of its own, then, and not an
   * optimizer's.
   */
  private boolean endsForSeveral(int end, FlowEnds ends, BitSet reached) {
    BitSet open = new BitSet();
    reached.stream()
        .map(flow::written)
        .filter(v -> v >= 0 && !model.get(v) && stateUpdates[v] == Served.SEVERAL && ends.isUsed(v))
        .filter(v -> !(zeroed.all().get(v) && zeroed.isSetBackWith(v, model)))
        .filter(v -> DataTypes.precision(flow.variables().get(v).dtype()).isPresent())
        .forEach(open::set);
    if (open.isEmpty()) {
      return false;
    }
    BitSet one = new BitSet();
    one.set(end);
    return flow.ancestors(one).stream()
        .map(flow::read)
        .anyMatch(variable -> variable >= 0 && open.get(variable));
  }

  private boolean isSource(int t) {
    return flow.producers(t).length == 0
        && flow.read(t) < 0
        && flow.written(t) < 0
        && VariableNode.at(flow.graph(t), flow.nodeId(t)).isEmpty()
        && bringsData(flow.graph(t), flow.nodeId(t));
  }

  /** Whether a node that takes no value brings one from outside of the graph, or draws it. */
  private static boolean bringsData(GraphIndex graph, int node) {
    String op = graph.op(node);
    if (op.equals("Const")) {
      return OpTable.holdsData(graph.node(node));
    }
    return OpTable.isRandom(op) || (graph.inputCount(node) == 0 && OpTable.isFed(op));
  }

  private interface Visit {
    void at(int t);
  }

  private interface Test {
    boolean of(int t);
  }

  private static void forEach(BitSet set, Visit visit) {
    for (int t = set.nextSetBit(0); t >= 0; t = set.nextSetBit(t + 1)) {
      visit.at(t);
    }
  }

  private static BitSet and(BitSet set, Test test) {
    BitSet result = new BitSet();
    forEach(set, t -> result.set(t, test.of(t)));
    return result;
  }

  private BitSet leaves() {
    BitSet leaves = (BitSet) reads.clone();
    leaves.or(sources);
    return leaves;
  }

  private boolean isBefore(int t) {
    return beforeOptimizer.get(t);
  }

  /** Adds what is selected of a variable by data: rows of an embedding, say. */
  private void addSelections() {
    BitSet numbers = flow.descendants(sources);
    for (int t = 0; t < flow.size(); t++) {
      if (OpTable.isSelection(flow.op(t))) {
        int[] inputs = flow.inputs(t);
        selections.set(t, inputs.length > 1 && inputs[1] >= 0 && numbers.get(inputs[1]));
      }
    }
  }

  private void findWhatEachUpdates() {
    Arrays.fill(updates, Served.NOBODY);
    Arrays.fill(stateUpdates, Served.NOBODY);
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int t = flow.size() - 1; t >= 0; t--) {
        int whom = updates[t];
        int variable = flow.written(t);
        if (variable >= 0) {
          int own = setBack.get(variable) ? Served.NOBODY : stateUpdates[variable];
          whom = Served.both(whom, model.get(variable) ? variable : own);
        }
        for (int consumer : flow.consumers(t)) {
          whom = Served.both(whom, updates[consumer]);
        }
        updates[t] = whom;
        int read = flow.read(t);
        if (read >= 0
            && !model.get(read)
            && Served.both(stateUpdates[read], whom) != stateUpdates[read]) {
          stateUpdates[read] = Served.both(stateUpdates[read], whom);
          changed = true;
        }
      }
    }
  }

  /** Tensors that data flows to and that update several model variables. */
  private BitSet dataForSeveral() {
    return and(flow.descendants(and(leaves(), this::isData)), t -> updates[t] == Served.SEVERAL);
  }

  /**
   * Adds all reads of what is not the optimizer's, such as a loss scale that is divided out again;
   * save those of a variable for its own update, such as for its decay.
   */
  private void addOtherReads() {
    BitSet variables = new BitSet();
    forEach(and(reads, this::isBefore), t -> variables.set(flow.read(t)));
    forEach(
        and(reads, t -> variables.get(flow.read(t)) && updates[t] != flow.read(t)),
        beforeOptimizer::set);
  }

  /** Whether data enters: by itself, by what it selects of the model, or summed up before. */
  private boolean isData(int t) {
    int variable = flow.read(t);
    if (variable < 0) {
      return isBefore(t);
    }
    return sums.get(variable) || (model.get(variable) && flow.op(t).startsWith("ResourceGather"));
  }

  /** Sums of gradients: the step adds to them and sets them back, be it to a constant. */
  private void findSums() {
    sums.or(and(zeroed.all(), variable -> !model.get(variable) && servesAsSum(variable)));
    BitSet roots = and(leaves(), this::isData);
    setBack.or(
        new SetBackSums(flow, this::producers, roots, descendants(roots))
            .find(variable -> model.get(variable) ? Served.NOBODY : stateUpdates[variable]));
    if (!setBack.isEmpty()) {
      sums.or(setBack);
      findWhatEachUpdates();
    }
    forEach(and(reads, t -> sums.get(flow.read(t))), beforeOptimizer::set);
  }

  /**
   * Whether what is summed up in a variable may be gradients: it is for one variable, or for
   * several that are updated where it is set back, as where all gradients are clipped by their
   * norm.
   */
  private boolean servesAsSum(int variable) {
    return stateUpdates[variable] >= 0
        || (stateUpdates[variable] == Served.SEVERAL && zeroed.isSetBackWith(variable, model));
  }

  /** What a tensor is made from; the read of an optimizer's state from what was written there. */
  private int[] producers(int t) {
    int variable = flow.read(t);
    return variable >= 0 && !isBefore(t) && !model.get(variable)
        ? flow.writesBefore(t)
        : flow.producers(t);
  }

  private BitSet descendants(BitSet of) {
    BitSet seen = (BitSet) of.clone();
    for (int t = 0; t < flow.size(); t++) {
      for (int from : producers(t)) {
        if (seen.get(from)) {
          seen.set(t);
        }
      }
    }
    return seen;
  }

  /** How many ends that nobody sees were not needed. */
  public int spareEnds() {
    return spare;
  }

  /** Whether a variable takes part in the forward pass. */
  public boolean isModel(int variable) {
    return model.get(variable);
  }

  /**
   * The model variable whose update a tensor flows to, {@link Served#NOBODY} or {@link
   * Served#SEVERAL}.
   */
  public int updates(int t) {
    return updates[t];
  }

  /** The same of the optimizer's state in a variable. */
  public int stateUpdates(int variable) {
    return sums.get(variable) ? Served.NOBODY : stateUpdates[variable];
  }

  /** Whether a variable is a sum of gradients. */
  public boolean isSum(int variable) {
    return sums.get(variable);
  }

  /** Whether rates or slots have flowed into a tensor. */
  public boolean isOfOptimizer(int t) {
    return ofOptimizer.get(t);
  }

  /** Whether a tensor leads to the loss, or to another end of the model. */
  public boolean isOfModel(int t) {
    return ends.isReachedFrom(t);
  }

  /** Where what the model computes ends. */
  public ModelEnds ends() {
    return ends;
  }

  /** What a variable flows into without any data. */
  public BitSet withoutData(int variable) {
    return and(flow.dependents(variable), t -> !dominators.reaches(t));
  }

  /** What alone separates tensors from the data. */
  public Dominators dominators() {
    return dominators;
  }

  /**
   * Whether values of a variable, read in this step, flow into a tensor: through the model, and
   * through sums of gradients.
   */
  public boolean flowsInto(int variable, int t) {
    BitSet seen = and(reads, r -> flow.read(r) == variable);
    flow.spread(seen, t);
    int before = -1;
    while (!seen.get(t) && !sums.isEmpty() && seen.cardinality() != before) {
      before = seen.cardinality();
      flow.spread(seen, flow.size() - 1);
      BitSet written = new BitSet();
      forEach(and(seen, e -> flow.written(e) >= 0), e -> written.set(flow.written(e)));
      written.and(sums);
      forEach(and(reads, r -> written.get(flow.read(r))), seen::set);
    }
    return seen.get(t);
  }
}
