package org.grokfast.tensorflow;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.grokfast.filter.FilterDescription;
import org.grokfast.filter.GradientFilter;
import org.grokfast.graph.NameAllocator;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.RewritePlan;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.grokfast.rewrite.RewriteReport;
import org.grokfast.rewrite.coverage.UnfilteredVariables;
import org.grokfast.tensorflow.cover.StepCoverage;
import org.grokfast.tensorflow.edit.OutputShapes;
import org.grokfast.tensorflow.emit.Emission;
import org.grokfast.tensorflow.emit.FilterEmitter;
import org.grokfast.tensorflow.emit.ProgramEdit;
import org.grokfast.tensorflow.find.NamedGradients;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.Program;
import org.grokfast.tensorflow.graph.Provenance;
import org.grokfast.tensorflow.graph.TakenNames;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.grokfast.tensorflow.saver.InitializerExtension;
import org.grokfast.tensorflow.saver.SaverExtension;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * Puts a filter between the gradients and the optimizer of a GraphDef. Nothing else changes, save
 * the initializer and the saver, which also serve the new state; the report lists both. Works on
 * protos alone and never loads TensorFlow's native library. Immutable.
 */
public final class GraphRewriter {
  private static final String MAIN = "";

  private final GradientFilter filter;
  private final Map<String, String> gradients;
  private final UnfilteredVariables unfiltered;
  private final Set<String> trainable;

  /** A pass that inserts this filter. */
  public GraphRewriter(GradientFilter filter) {
    this(filter, Map.of(), UnfilteredVariables.REFUSE, Set.of());
  }

  private GraphRewriter(
      GradientFilter filter,
      Map<String, String> gradients,
      UnfilteredVariables unfiltered,
      Set<String> trainable) {
    this.filter = filter;
    this.gradients = new TreeMap<>(gradients);
    this.unfiltered = unfiltered;
    this.trainable = Set.copyOf(trainable);
  }

  /**
   * A pass that takes these tensors for the gradients of these variables, whatever the rules find
   * there: for optimizers that no rule knows. One that enters a branch is filtered inside of it,
   * where its update runs.
   *
   * @param tensorByVariable tensor names, {@code gradients/w:0}, by variable name; of a function
   *     {@code gradient_tape/MatMul:product:0} or {@code function/gradient_tape/MatMul:0}
   */
  public GraphRewriter withGradients(Map<String, String> tensorByVariable) {
    return new GraphRewriter(filter, tensorByVariable, unfiltered, trainable);
  }

  /**
   * A pass that does so where variables are trained and can't be filtered. Without this call, such
   * a graph is refused.
   */
  public GraphRewriter withUnfiltered(UnfilteredVariables treatment) {
    return new GraphRewriter(filter, gradients, treatment, trainable);
  }

  /**
   * A pass that is told which variables are trained, as a file may list them: one of them whose
   * gradient is not seen is then reported as undecided.
   */
  public GraphRewriter withTrainable(Set<String> variables) {
    return new GraphRewriter(filter, gradients, unfiltered, variables);
  }

  /**
   * The result of a pass.
   *
   * @param parts the rewritten graph
   * @param report what was done
   */
  public record Result(GraphParts parts, RewriteReport report) {
    /** The rewritten graph as one message. */
    public GraphDef graph() {
      return parts.graphDef();
    }
  }

  /**
   * Finds what would be filtered, and changes nothing.
   *
   * @throws GraphRewriteException as {@link #apply}
   */
  public RewritePlan plan(GraphDef graph) {
    return plan(Program.of(GraphParts.of(graph)));
  }

  /**
   * Rewrites a graph. The same input gives the same bytes.
   *
   * @throws org.grokfast.rewrite.NothingToRewriteException if no gradient can be filtered
   * @throws GraphRewriteException if the graph is malformed or already rewritten, a pattern matches
   *     no variable, a variable is trained and unfiltered, or a gradient named by hand is not in
   *     the graph, reaches no update of its variable alone, is of some rows that no rule knows, or
   *     stands where no state can be kept
   */
  public Result apply(GraphDef graph) {
    return apply(GraphParts.of(graph));
  }

  /**
   * Rewrites a graph in parts, without making a message of it: a large one that was read from a
   * file takes a small multiple of the file.
   *
   * @throws GraphRewriteException as the other
   */
  public Result apply(GraphParts graph) {
    Program program = Program.of(graph);
    RewritePlan plan = plan(program);
    Emission emission =
        new FilterEmitter(plan, program, new NameAllocator(new TakenNames(program.main()))).emit();
    ProgramEdit edit = new ProgramEdit(program);
    edit.redirect(emission);
    Set<String> variables = new LinkedHashSet<>();
    for (PlannedSite planned : plan.sites()) {
      if (planned.isDensified()) {
        OutputShapes.setAside(edit.at(planned.site().function()), planned.site());
      }
      variables.add(planned.site().variable().name());
    }
    List<String> notes = new ArrayList<>(emission.hazards());
    notes.addAll(plan.notes());
    notes.addAll(sparseNotes(plan));
    notes.add(InitializerExtension.extend(edit.at(MAIN), variables, emission));
    notes.addAll(SaverExtension.extend(edit, variables, emission));
    emission.movesNote().ifPresent(notes::add);
    emission.replacementsNote().ifPresent(notes::add);
    emission.readingsNote().ifPresent(notes::add);
    return new Result(
        edit.apply(emission),
        new RewriteReport(plan, emission.variableNames(), emission.stateBytes(), notes));
  }

  /** What the user should know of sparse updates. */
  public static List<String> sparseNotes(RewritePlan plan) {
    return plan.sites().stream()
        .filter(planned -> planned.isLazy() || planned.isDensified())
        .map(
            planned ->
                "the update of '"
                    + planned.site().variable().name()
                    + (planned.isLazy()
                        ? "' stays sparse: only the rows that occur are filtered, each with a state"
                            + " and a count of its own, which is not the reference's algorithm"
                        : "' was sparse and now covers every row in every step"))
        .toList();
  }

  /**
   * Rewrites a graph that may hold a filter already: that one is taken out first.
   *
   * @throws GraphRewriteException as {@link #apply}
   */
  public Result replace(GraphDef graph) {
    return replace(GraphParts.of(graph));
  }

  /**
   * The same for a graph in parts.
   *
   * @throws GraphRewriteException as {@link #apply}
   */
  public Result replace(GraphParts graph) {
    return apply(FilterStripper.isRewritten(graph) ? FilterStripper.apply(graph) : graph);
  }

  private RewritePlan plan(Program program) {
    requireUntouched(program.main());
    program.functions().values().forEach(function -> requireUntouched(function.graph()));
    List<Finding> found = UpdateSites.find(program);
    List<Finding> findings =
        gradients.isEmpty() ? found : new NamedGradients(program).replace(found, gradients);
    return RewritePlan.of(
        findings, StepCoverage.of(program, findings, trainable), filter, unfiltered);
  }

  public static void requireUntouched(GraphIndex graph) {
    for (int id = 0; id < graph.size(); id++) {
      requireUntouched(graph, id);
    }
  }

  public static void requireUntouched(GraphIndex graph, int id) {
    if (graph.nodes().hasAttribute(id, Provenance.FILTER)) {
      NodeDef node = graph.node(id);
      throw new GraphRewriteException(
          "the graph already holds "
              + Provenance.text(node, Provenance.FILTER)
                  .map(FilterDescription::brief)
                  .orElse("a filter")
              + " at node '"
              + node.getName()
              + "' ("
              + Provenance.text(node, Provenance.PASS).orElse("version unknown")
              + "); strip it first, or replace it");
    }
  }
}
