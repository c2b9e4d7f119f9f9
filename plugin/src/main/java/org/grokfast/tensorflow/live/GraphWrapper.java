package org.grokfast.tensorflow.live;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.Unfiltered;
import org.grokfast.graph.NameAllocator;
import org.grokfast.pass.StepPass;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.NothingToRewriteException;
import org.grokfast.rewrite.RewritePlan;
import org.grokfast.rewrite.RewriteReport;
import org.grokfast.rewrite.coverage.Coverage;
import org.grokfast.tensorflow.AdamOrderPass;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.cover.StepCoverage;
import org.grokfast.tensorflow.emit.Emission;
import org.grokfast.tensorflow.emit.FilterEmitter;
import org.grokfast.tensorflow.emit.NodeEmitter;
import org.grokfast.tensorflow.emit.ProgramEdit;
import org.grokfast.tensorflow.emit.StateVariable;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.Program;
import org.grokfast.tensorflow.graph.Provenance;
import org.grokfast.tensorflow.graph.TakenNames;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.graph.VariableNode;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.grokfast.tensorflow.saver.InitializerExtension;
import org.grokfast.tensorflow.saver.SaverExtension;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Puts a filter into a graph that a program has built or loaded. */
public final class GraphWrapper {
  private final Graph graph;
  private final WrapOptions options;
  private final GraphDef def;
  private final List<NodeDef> saver = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private NodeEmitter.Out rate;

  private GraphWrapper(Graph graph, WrapOptions options) {
    this.graph = graph;
    this.options = options;
    this.def = graph.toGraphDef();
  }

  /**
   * Adds a filter to the updates that a train op runs.
   *
   * @param graph the graph; it gains nodes and loses none
   * @param trainOp the op that the program runs in every step
   * @param options what to insert, and how
   * @return the op to run instead, and what was done
   * @throws NothingToRewriteException if the train op runs no update that can be filtered
   * @throws GraphRewriteException if there is no such op, the updates are filtered already, a
   *     pattern matches no variable, a variable is trained and unfiltered, or the graph can't take
   *     the filter
   */
  public static WrappedGraph wrap(Graph graph, Operation trainOp, WrapOptions options) {
    if (trainOp != null && trainOp.env() != graph) {
      throw new GraphRewriteException(
          "train op '" + trainOp.name() + "' belongs to another graph than the one given");
    }
    return new GraphWrapper(graph, options).wrap(trainOp);
  }

  /**
   * Adds passes to a train op whose gradients have been filtered just now; see {@link #wrap}.
   *
   * @param rate the learning rate, if the program has said which it is
   * @throws GraphRewriteException if one is not possible
   */
  static WrappedGraph addPasses(
      Graph graph, Operation trainOp, List<StepPass> passes, Optional<Operand<?>> rate) {
    GradientFilter none = Unfiltered.with(passes.toArray(new StepPass[0]));
    GraphWrapper wrapper = new GraphWrapper(graph, WrapOptions.of(none).allowUnfiltered());
    wrapper.rate = rate.map(GraphWrapper::out).orElse(null);
    Program program = Program.of(GraphParts.of(wrapper.def));
    int train = program.main().id(trainOp.name());
    List<Finding> findings = new TrainOps(program).ofFiltered(train);
    RewritePlan plan = RewritePlan.of(findings, Coverage.NONE, none, wrapper.options.unfiltered());
    return wrapper.emit(plan, program, train, Set.of());
  }

  private static NodeEmitter.Out out(Operand<?> operand) {
    Output<?> output = operand.asOutput();
    return new NodeEmitter.Out(
        TensorName.input(output.op().name(), output.index()), output.dataType());
  }

  private WrappedGraph wrap(Operation trainOp) {
    Program found = Program.of(GraphParts.of(def));
    TrainOps trainOps = new TrainOps(found);
    if (trainOp == null) {
      throw new GraphRewriteException(
          "the train op is null: Graph.operation gives null where there is no op of that name"
              + TrainOps.named("; ops that train: ", trainOps.candidates()));
    }
    int train = found.main().id(trainOp.name());
    List<Finding> findings = trainOps.of(train);
    BitSet step = found.main().ancestors(train);
    Coverage coverage = StepCoverage.of(found, findings, Set.of(), step::get);
    RewritePlan plan = RewritePlan.of(findings, coverage, options.filter(), options.unfiltered());
    Set<String> variables =
        plan.sites().stream()
            .map(planned -> planned.site().variable().name())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    if (wantsSaver(found.main(), trainOps, train, variables)) {
      saver.addAll(FrameworkSaver.of(found.main()));
    }
    Program program =
        saver.isEmpty()
            ? found
            : Program.of(GraphParts.of(def.toBuilder().addAllNode(saver).build()));
    return emit(plan, program, train, variables);
  }

  /** A function's state is found by its name, not by a saver of the main graph. */
  private boolean wantsSaver(
      GraphIndex index, TrainOps trainOps, int train, Set<String> variables) {
    if (FrameworkSaver.isIn(index) || !FrameworkSaver.saves(index, variables)) {
      return false;
    }
    return switch (options.saver()) {
      case ALWAYS -> true;
      case NEVER -> false;
      case WHERE_COMPLETE -> trainOps.isLast(train);
    };
  }

  private WrappedGraph emit(RewritePlan plan, Program program, int train, Set<String> variables) {
    GraphIndex index = program.main();
    NameAllocator names = new NameAllocator(new TakenNames(index));
    Emission emission = new FilterEmitter(plan, program, names).withRate(rate).emit();
    String initOp = InitializerExtension.initOp(emission).tensor();
    ProgramEdit edit = new ProgramEdit(program);
    edit.redirect(emission);
    List<String> saverNotes =
        saver.isEmpty()
            ? List.of()
            : SaverExtension.extendLive(edit, variables, emission, earlier(index, emission));
    FunctionCopies functions = new FunctionCopies(edit, emission, emission.functions().keySet());
    List<AdamOrderPass.Unordered> powers = AdamOrderPass.find(index, train);
    TrainOpCopy copier = new TrainOpCopy(index, emission, functions, names);
    List<NodeDef> copies = copier.copy(train, options.adamOrder() ? powers : List.of());

    List<NodeDef> nodes = new ArrayList<>(emission.nodes());
    boolean apart = emission.moves("").isEmpty();
    for (int i = 0; i < nodes.size(); i++) {
      NodeDef waiting = copier.waitingForCopies(nodes.get(i));
      apart &= waiting.equals(nodes.set(i, waiting));
    }
    nodes.addAll(savers(edit, emission));
    NodeReplay live = new NodeReplay(graph);
    live.add(functions.functions());
    if (apart) {
      live.replay(NodeOrder.of(nodes), new LinkedHashSet<>(emission.initNodes()));
      live.replay(copies, Set.of());
    } else {
      nodes.addAll(copies);
      live.replay(NodeOrder.of(nodes), new LinkedHashSet<>(emission.initNodes()));
    }
    String newTrainOp = copies.get(copies.size() - 1).getName();
    notes.addAll(emission.hazards());
    note(plan, newTrainOp, initOp, powers);
    emission.readingsNote().ifPresent(notes::add);
    notes.addAll(saverNotes);
    if (saver.isEmpty()) {
      FrameworkSaver.note(index).ifPresent(notes::add);
    }
    RewriteReport report =
        new RewriteReport(plan, emission.variableNames(), emission.stateBytes(), notes);
    return new WrappedGraph(
        graph,
        new WrappedGraph.Ops(newTrainOp, index.name(train), initOp),
        new FilterParameters(plan, emission.parameters()),
        emission.readings(),
        report);
  }

  /** State that was inserted by an earlier wrapping. */
  private static List<StateVariable> earlier(GraphIndex index, Emission emission) {
    List<StateVariable> earlier = new ArrayList<>();
    for (int id = 0; id < index.size(); id++) {
      if (Provenance.isInserted(index.node(id)) && VariableNode.at(index, id).isPresent()) {
        VariableNode variable = VariableNode.at(index, id).orElseThrow();
        String initial = index.input(index.id(variable.name() + "/Assign"), 1);
        earlier.add(StateVariable.existing(emission.main(), variable, initial));
      }
    }
    return earlier;
  }

  /** The nodes of the new saver, with the state. */
  private List<NodeDef> savers(ProgramEdit edit, Emission emission) {
    if (saver.isEmpty()) {
      return List.of();
    }
    var edited = edit.apply(emission).nodes();
    int first = def.getNodeCount();
    return edited.subList(first, first + saver.size()).stream()
        .map(FrameworkSaver::marked)
        .toList();
  }

  private void note(
      RewritePlan plan, String trainOp, String initOp, List<AdamOrderPass.Unordered> powers) {
    notes.addAll(plan.notes());
    notes.addAll(GraphRewriter.sparseNotes(plan));
    notes.add("run '" + trainOp + "' in every step");
    notes.add("state is initialised by session.initialize(), or by '" + initOp + "'");
    if (!powers.isEmpty()) {
      String updates =
          powers.stream()
              .map(AdamOrderPass.Unordered::update)
              .distinct()
              .collect(Collectors.joining(", "));
      notes.add(
          options.adamOrder()
              ? "copies of " + updates + " wait for the ops that read the power"
              : "nothing orders "
                  + updates
                  + " against the ops that read the power of beta, so that runs differ: wrap with"
                  + " WrapOptions.fixAdamOrder()");
    }
  }
}
