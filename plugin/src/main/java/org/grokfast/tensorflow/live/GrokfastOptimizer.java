package org.grokfast.tensorflow.live;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.grokfast.filter.GradientFilter;
import org.grokfast.graph.NameAllocator;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.NothingToRewriteException;
import org.grokfast.rewrite.RewritePlan;
import org.grokfast.rewrite.RewriteReport;
import org.grokfast.rewrite.TrainedVariable;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.rewrite.coverage.Coverage;
import org.grokfast.rewrite.coverage.Fate;
import org.grokfast.rewrite.coverage.Reason;
import org.grokfast.rewrite.coverage.UnfilteredVariables;
import org.grokfast.rewrite.coverage.VariableFate;
import org.grokfast.tensorflow.UpdateSites;
import org.grokfast.tensorflow.cover.StepCoverage;
import org.grokfast.tensorflow.emit.Emission;
import org.grokfast.tensorflow.emit.FilterEmitter;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.Program;
import org.grokfast.tensorflow.graph.TakenNames;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.graph.VariableNode;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.grokfast.tensorflow.saver.InitializerExtension;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.framework.optimizers.Optimizer;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TType;

/**
 * Any optimizer of the framework, seeing filtered gradients.
 *
 * <p>It filters what is handed to {@link #applyGradients} and lets the wrapped optimizer do the
 * rest, so that it works for optimizers without a training op of their own ({@code Nadam}) and puts
 * the filter before everything the optimizer does, such as coupled weight decay.
 *
 * <p>Passes of the filter's options go around the updates that the wrapped optimizer has made.
 *
 * <p>Each variable that is handed over with a gradient is filtered, excluded by the filter's
 * patterns, or the reason for a refusal, as with {@code Grokfast.wrap}. Updates that the graph
 * holds beside this optimizer are no part of its train op: they stay as they are, and a note of the
 * report names them.
 */
public final class GrokfastOptimizer extends Optimizer {
  private static final String RULE = "optimizer";

  private final Optimizer optimizer;
  private final GradientFilter filter;
  private final UnfilteredVariables unfiltered;
  private Supplier<Operand<?>> learningRate;
  private RewriteReport report;
  private Map<String, String> probeTensors = Map.of();

  /**
   * Wraps an optimizer.
   *
   * @param optimizer any optimizer of the framework
   * @param filter what to put before it
   * @throws GraphRewriteException if the optimizer is wrapped already
   */
  public GrokfastOptimizer(Optimizer optimizer, GradientFilter filter) {
    this(optimizer, filter, UnfilteredVariables.REFUSE);
  }

  /**
   * The same, with a say in what happens where a variable can't be filtered.
   *
   * @param unfiltered what to do where the optimizer trains a variable whose gradient can't be
   *     filtered
   * @throws GraphRewriteException if the optimizer is wrapped already
   */
  public GrokfastOptimizer(
      Optimizer optimizer, GradientFilter filter, UnfilteredVariables unfiltered) {
    // The constructor without a name asks for the name before the optimizer is set.
    super(graphOf(optimizer), optimizer.getOptimizerName());
    this.optimizer = optimizer;
    this.filter = filter;
    this.unfiltered = unfiltered;
  }

  private static Graph graphOf(Optimizer optimizer) {
    if (optimizer instanceof GrokfastOptimizer wrapped) {
      throw new GraphRewriteException(
          "the optimizer "
              + wrapped.getOptimizerName()
              + " has a filter already; give a Chain of filters to one GrokfastOptimizer");
    }
    return (Graph) optimizer.getTF().scope().env();
  }

  /**
   * Says what the learning rate is, for passes that need it: where an optimizer hands its training
   * op another number, such as one that is corrected for the bias of Adam's moments already, or has
   * no training op.
   *
   * @param rate gives a scalar of the graph; asked when the updates exist
   * @return this
   */
  public GrokfastOptimizer learningRate(Supplier<Operand<?>> rate) {
    learningRate = rate;
    return this;
  }

  /** What was inserted; empty before {@link #applyGradients} has been called. */
  public Optional<RewriteReport> report() {
    return Optional.ofNullable(report);
  }

  /**
   * The tensors of what probes measure, by name, as {@link WrappedGraph#probeTensors()}; empty
   * before {@link #applyGradients} has been called.
   */
  public Map<String, String> probeTensors() {
    return probeTensors;
  }

  @Override
  public <T extends TType> List<GradAndVar<?>> computeGradients(Operand<?> loss) {
    return optimizer.computeGradients(loss);
  }

  /**
   * Applies filtered gradients.
   *
   * @throws NothingToRewriteException if no variable is left to be filtered
   * @throws GraphRewriteException if a variable's gradient can't be filtered and that isn't
   *     allowed, a pattern of the filter matches no variable, or a pass is not possible
   */
  @Override
  public Op applyGradients(List<GradAndVar<? extends TType>> gradsAndVars, String name) {
    Program program = Program.of(GraphParts.of(graph.toGraphDef()));
    GraphIndex index = program.main();
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < gradsAndVars.size(); i++) {
      GradAndVar<?> pair = gradsAndVars.get(i);
      if (!pair.getGradient().isClosed()) {
        findings.add(finding(index, pair, new GradientEdge(name, i)));
      }
    }
    GradientFilter alone = filter.withOptions(filter.options().toBuilder().passes().build());
    Coverage coverage = coverage(findings, name);
    RewritePlan plan = RewritePlan.of(findings, coverage, alone, unfiltered);
    Emission emission =
        new FilterEmitter(plan, program, new NameAllocator(new TakenNames(index))).emit();
    InitializerExtension.initOp(emission);
    new NodeReplay(graph).replay(emission.nodes(), emission.initNodes());
    probeTensors = emission.readings();
    report =
        new RewriteReport(plan, emission.variableNames(), emission.stateBytes(), beside(program));

    List<GradAndVar<? extends TType>> filtered = new ArrayList<>();
    for (int i = 0; i < gradsAndVars.size(); i++) {
      String tensor = emission.redirections().get(new GradientEdge(name, i));
      GradAndVar<? extends TType> pair = gradsAndVars.get(i);
      filtered.add(tensor == null ? pair : withGradient(pair, tensor));
    }
    Op train = optimizer.applyGradients(filtered, name);
    return filter.options().passes().isEmpty()
        ? train
        : withPasses(train, RewritePlan.of(findings, coverage, filter, unfiltered));
  }

  /**
   * The train op with passes around its updates, which exist by now.
   *
   * @param wanted what was planned of the whole
   */
  private Op withPasses(Op train, RewritePlan wanted) {
    WrappedGraph followed;
    try {
      followed =
          GraphWrapper.addPasses(
              graph,
              train.op(),
              filter.options().passes(),
              Optional.ofNullable(learningRate).map(Supplier::get));
    } catch (NothingToRewriteException e) {
      throw notServed(wanted, Set.of()).orElse(e);
    }
    Set<String> served =
        followed.report().plan().sites().stream()
            .map(planned -> planned.site().variable().name())
            .collect(Collectors.toSet());
    Optional<GraphRewriteException> refusal = notServed(wanted, served);
    if (refusal.isPresent()) {
      throw refusal.get();
    }
    List<String> state = new ArrayList<>(report.stateVariables());
    state.addAll(followed.stateVariables());
    long bytes = report.stateBytes() + followed.report().stateBytes();
    List<String> notes =
        new ArrayList<>(
            followed.report().notes().stream().filter(note -> note.startsWith("hazard")).toList());
    notes.addAll(wanted.notes());
    notes.addAll(report.notes());
    report = new RewriteReport(wanted, state, bytes, notes);
    return followed::trainOp;
  }

  /** The refusal where a variable is to have a pass and its update was not found. */
  private Optional<GraphRewriteException> notServed(RewritePlan wanted, Set<String> served) {
    return wanted.sites().stream()
        .filter(planned -> !planned.passes().isEmpty())
        .filter(planned -> !served.contains(planned.site().variable().name()))
        .findFirst()
        .map(
            planned ->
                new GraphRewriteException(
                    "variable '"
                        + planned.site().variable().name()
                        + "': "
                        + planned.passes().get(0).kind().name()
                        + " is not possible, as no rule finds the update that "
                        + optimizer.getOptimizerName()
                        + " makes; leave the variable out "
                        + planned.passes().get(0).kind().variables().leavingOut()));
  }

  /** What becomes of the variables that are handed over: this train op writes no others. */
  private static Coverage coverage(List<Finding> findings, String name) {
    return new Coverage(
        findings.stream()
            .map(
                finding ->
                    finding instanceof UpdateSite site
                        ? new VariableFate(
                            site.variable().name(), Fate.FILTERED, name, site.evidence().text())
                        : new VariableFate(
                            finding.anchor(), Fate.UNFILTERED, name, ((NearMiss) finding).reason()))
            .toList());
  }

  /** A note on the updates that the graph holds already, if there are any. */
  private static List<String> beside(Program program) {
    String others =
        StepCoverage.of(program, UpdateSites.find(program), Set.of()).fates().stream()
            .filter(each -> each.fate().isFiltered() || each.fate().isOpen())
            .map(each -> each.variable() + " (by " + each.writer() + ")")
            .collect(Collectors.joining(", "));
    return others.isEmpty()
        ? List.of()
        : List.of(
            "the graph has other updates, which are no part of this optimizer and stay as they"
                + " are: "
                + others);
  }

  @SuppressWarnings("unchecked") // The filtered gradient has the gradient's type.
  private <T extends TType> GradAndVar<T> withGradient(GradAndVar<T> pair, String tensor) {
    return new GradAndVar<>((Output<T>) graph.outputOrThrow(tensor), pair.getVariable());
  }

  private Finding finding(GraphIndex index, GradAndVar<?> pair, GradientEdge edge) {
    String variable = pair.getVariable().op().name();
    Optional<TrainedVariable> trained =
        VariableNode.at(index, index.id(variable)).flatMap(VariableNode::trained);
    if (trained.isEmpty()) {
      return new NearMiss(
          variable,
          RULE,
          Reason.of(
              "it is no floating-point variable of a fixed shape",
              "make it one, or train it by an optimizer of its own"));
    }
    Output<?> gradient = pair.getGradient();
    return new UpdateSite(
        trained.get(),
        TensorName.input(gradient.op().name(), gradient.index()),
        List.of(edge),
        new UpdateSite.Evidence(RULE, "handed to " + optimizer.getOptimizerName(), edge.node()));
  }

  /**
   * Not used: {@link #applyGradients} hands everything to the wrapped optimizer.
   *
   * @throws IllegalStateException always
   */
  @Override
  protected <T extends TType> Op applyDense(
      Ops opDependencies, Output<T> gradient, Output<T> variable) {
    throw new IllegalStateException("gradients are applied by " + optimizer.getOptimizerName());
  }

  /** The wrapped optimizer's name, so that train ops are called as without the filter. */
  @Override
  public String getOptimizerName() {
    return optimizer.getOptimizerName();
  }

  @Override
  public String toString() {
    return "Grokfast{" + filter.describe() + ", " + optimizer + "}";
  }
}
