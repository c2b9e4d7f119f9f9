package org.grokfast.tensorflow;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.grokfast.filter.GradientFilter;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.Miss;
import org.grokfast.rewrite.NameAllocator;
import org.grokfast.rewrite.NothingToRewriteException;
import org.grokfast.rewrite.RewritePlan;
import org.grokfast.rewrite.RewriteReport;
import org.grokfast.rewrite.UpdateSite;
import org.tensorflow.Graph;
import org.tensorflow.Operation;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Puts a filter into a graph that a program has built or loaded. */
public final class LiveRewrite {
  private static final String SAVER = "save/restore_all";

  private LiveRewrite() {}

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
    TrainingGraph index = new TrainingGraph(def);
    int train = index.id(trainOp.name());
    RewritePlan plan = RewritePlan.of(findings(index, train), filter);
    NameAllocator names = new NameAllocator(index::has);
    Emission emission = new FilterEmitter(plan, new TrainingProgram(index), names).emit();
    String initOp = InitializerExtension.initOp(emission).tensor();
    List<NodeDef> copies = new TrainOpCopy(index, emission.redirections(), names).copy(train);

    List<NodeDef> nodes = new ArrayList<>(emission.nodes());
    nodes.addAll(copies);
    Set<String> initNodes = new LinkedHashSet<>(emission.initNodes());
    new LiveGraph(graph).replay(nodes, initNodes);
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

  private static List<Finding> findings(TrainingGraph index, int train) {
    BitSet ancestors = TrainOpCopy.ancestors(index, train);
    String trigger = index.node(train).getName();
    List<Finding> findings = new ArrayList<>();
    for (int id = ancestors.nextSetBit(0); id >= 0; id = ancestors.nextSetBit(id + 1)) {
      GrokfastPass.requireUntouched(index.node(id));
    }
    for (Finding finding : SiteFinder.find(new TrainingProgram(index))) {
      if (finding instanceof UpdateSite site) {
        if (ancestors.get(index.id(site.edges().get(0).node()))) {
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
              + nearest(index, ancestors, findings)
                  .map(miss -> "nearest: " + miss)
                  .orElse("give the op that the training loop runs"));
    }
    return findings;
  }

  private static Optional<Miss> nearest(
      TrainingGraph index, BitSet ancestors, List<Finding> findings) {
    return findings.stream()
        .filter(Miss.class::isInstance)
        .map(Miss.class::cast)
        .filter(miss -> ancestors.get(index.id(miss.node())))
        .findFirst();
  }

  private static List<String> notes(
      TrainingGraph index, RewritePlan plan, String trainOp, String initOp) {
    List<String> notes = new ArrayList<>(GrokfastPass.sparseNotes(plan));
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
