package org.grokfast.tensorflow.live;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.grokfast.filter.GradientFilter;
import org.grokfast.graph.NameAllocator;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.NothingToRewriteException;
import org.grokfast.rewrite.RewritePlan;
import org.grokfast.rewrite.RewriteReport;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.UpdateSites;
import org.grokfast.tensorflow.emit.Emission;
import org.grokfast.tensorflow.emit.FilterEmitter;
import org.grokfast.tensorflow.emit.ProgramEdit;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.Program;
import org.grokfast.tensorflow.graph.TakenNames;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.grokfast.tensorflow.saver.InitializerExtension;
import org.tensorflow.Graph;
import org.tensorflow.Operation;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Puts a filter into a graph that a program has built or loaded. */
public final class GraphWrapper {
  private static final String SAVER = "save/restore_all";

  private GraphWrapper() {}

  /**
   * Adds a filter to the updates that a train op runs.
   *
   * @param graph the graph; it gains nodes and loses none
   * @param trainOp the op that the program runs in every step
   * @param filter what to insert
   * @return the op to run instead, and what was done
   * @throws NothingToRewriteException if the train op runs no update that can be filtered
   * @throws GraphRewriteException if the updates are filtered already, a pattern matches no
   *     variable, or the graph can't take the filter
   */
  public static WrappedGraph wrap(Graph graph, Operation trainOp, GradientFilter filter) {
    if (trainOp.env() != graph) {
      throw new GraphRewriteException(
          "train op '" + trainOp.name() + "' belongs to another graph than the one given");
    }
    GraphDef def = graph.toGraphDef();
    Program program = Program.of(GraphParts.of(def));
    GraphIndex index = program.main();
    int train = index.id(trainOp.name());
    RewritePlan plan = RewritePlan.of(findings(program, train), filter);
    NameAllocator names = new NameAllocator(new TakenNames(index));
    Emission emission = new FilterEmitter(plan, program, names).emit();
    String initOp = InitializerExtension.initOp(emission).tensor();
    ProgramEdit edit = new ProgramEdit(program);
    edit.redirect(emission);
    FunctionCopies functions = new FunctionCopies(edit, emission, emission.functions().keySet());
    List<NodeDef> copies =
        new TrainOpCopy(index, emission.redirections(), functions, names).copy(train);

    List<NodeDef> nodes = new ArrayList<>(emission.nodes());
    nodes.addAll(copies);
    NodeReplay live = new NodeReplay(graph);
    live.add(functions.functions());
    live.replay(nodes, new LinkedHashSet<>(emission.initNodes()));
    String newTrainOp = copies.get(copies.size() - 1).getName();
    RewriteReport report =
        new RewriteReport(
            plan,
            emission.variableNames(),
            emission.stateBytes(),
            notes(index, plan, newTrainOp, initOp));
    return new WrappedGraph(
        graph.operationOrThrow(newTrainOp), false, emission.variableNames(), report);
  }

  private static List<Finding> findings(Program program, int train) {
    GraphIndex index = program.main();
    BitSet ancestors = index.ancestors(train);
    Set<String> functions = called(program, ancestors);
    String trigger = index.name(train);
    ancestors.stream().forEach(id -> GraphRewriter.requireUntouched(index, id));
    functions.forEach(function -> GraphRewriter.requireUntouched(program.graph(function)));
    List<Finding> findings = new ArrayList<>();
    for (Finding finding : UpdateSites.find(program)) {
      if (finding instanceof UpdateSite site) {
        if (runs(site, index, ancestors, functions)) {
          findings.add(site.withTrigger(trigger));
        }
      } else {
        findings.add(finding);
      }
    }
    if (findings.stream().noneMatch(UpdateSite.class::isInstance)) {
      throw new NothingToRewriteException(
          "train op '"
              + trigger
              + "' runs no update that can be filtered; "
              + findings.stream()
                  .map(NearMiss.class::cast)
                  .filter(miss -> runs(miss, index, ancestors, functions))
                  .findFirst()
                  .map(miss -> "nearest: " + miss)
                  .orElse("give the op that the training loop runs"));
    }
    return findings;
  }

  /** The functions that run when these nodes of the main graph do. */
  private static Set<String> called(Program program, BitSet nodes) {
    Set<String> called = new LinkedHashSet<>();
    program
        .roots()
        .forEach(
            (function, roots) -> {
              if (roots.stream().anyMatch(root -> nodes.get(program.main().id(root)))) {
                called.add(function);
              }
            });
    return called;
  }

  private static boolean runs(
      Finding finding, GraphIndex index, BitSet ancestors, Set<String> functions) {
    return finding.place().isPresent()
        ? functions.contains(finding.function())
        : ancestors.get(index.id(finding.anchor()));
  }

  private static List<String> notes(
      GraphIndex index, RewritePlan plan, String trainOp, String initOp) {
    List<String> notes = new ArrayList<>(GraphRewriter.sparseNotes(plan));
    notes.add("run '" + trainOp + "' in every step");
    notes.add("state is initialised by session.initialize(), or by '" + initOp + "'");
    if (index.has(SAVER)) {
      notes.add(
          "the graph's saver was made before the filter and does not save its state; wrap before"
              + " the first save, or rewrite the GraphDef");
    }
    return notes;
  }
}
