package org.grokfast.tools.verify.tensorflow.plan;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.grokfast.filter.FilterDescription;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.options.SparseGradients;
import org.grokfast.pass.Action;
import org.grokfast.pass.StepPass;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.inspect.Variable;
import org.grokfast.tensorflow.proof.NodeIndex;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** Reads what a filter's last node says of itself, and checks that it stands where it should. */
final class SiteReader {
  private final NodeIndex before;
  private final Probes probes;

  /**
   * A reader.
   *
   * @param before the original
   * @param probes what makes tensors of functions and branches readable
   */
  SiteReader(NodeIndex before, Probes probes) {
    this.before = before;
    this.probes = probes;
  }

  /**
   * A filtered gradient.
   *
   * @param site what to compare
   * @param update the update that takes it; empty if no rule finds it
   * @param sparse whether the gradient was sparse and is dense now
   */
  record Found(VerifyPlan.Site site, Optional<UpdateSite> update, boolean sparse) {}

  /**
   * Reads one filter.
   *
   * @param filter its last node
   * @param sites the updates of the original by variable, which may have several
   * @throws GraphRewriteException if none of the variable's updates takes what the filter gives
   */
  Found read(FilterNode filter, Map<String, List<UpdateSite>> sites) {
    NodeIndex after = filter.place();
    String name = filter.name();
    Variable variable = variable(name);
    String replaced = replaced(filter);
    Optional<UpdateSite> update =
        update(filter, replaced, sites.getOrDefault(variable.name(), List.of()));
    String dense = name.substring(0, name.lastIndexOf('/')) + InsertedNames.DENSE;
    boolean sparse =
        after.find(dense).filter(n -> n.getOp().equals("UnsortedSegmentSum")).isPresent();
    if (!sparse && !filter.isInFunction()) {
      after.require(NodeIndex.nodeOf(replaced), "the gradient of '" + variable.name() + "'");
    }
    String description = attribute(filter.node(), InsertedNames.FILTER_ATTRIBUTE);
    Optional<UpdateSite.Rows> lazy =
        FilterDescription.parse(description).options().sparse() == SparseGradients.LAZY
            ? update.flatMap(UpdateSite::rows)
            : Optional.empty();
    List<Integer> shape = shape(variable);
    VerifyPlan.Site site =
        new VerifyPlan.Site(
            variable.name(),
            description,
            sparse ? dense + (filter.isInFunction() ? ":output:0" : "") : replaced,
            name,
            precision(variable),
            lazy.isPresent() ? shape.subList(1, shape.size()) : shape,
            lazy.map(UpdateSite.Rows::indices).orElse(null),
            null,
            state(filter, description, variable.name()),
            rate(filter, description));
    boolean conditional = update.filter(u -> u.evidence().conditional()).isPresent();
    return new Found(
        filter.isInFunction() || conditional ? probed(site, filter, variable, lazy) : site,
        update,
        sparse);
  }

  /** The tensor of the learning rate that a pass beside the filter takes; null for none. */
  private static String rate(FilterNode filter, String description) {
    String prefix = filter.name().substring(0, filter.name().lastIndexOf('/') + 1);
    for (StepPass pass : FilterDescription.parse(description).options().passes()) {
      for (Action action : pass.actions()) {
        Optional<String> rate =
            filter
                .place()
                .find(prefix + pass.kind().name() + "/" + action.name() + "/assign")
                .flatMap(node -> NodeIndex.text(node, InsertedNames.RATE_ATTRIBUTE));
        if (rate.isPresent()) {
          return rate.get();
        }
      }
    }
    return null;
  }

  /** The variables that a filter keeps, save its counter and its parameters. */
  private static String state(FilterNode filter, String description, String variable) {
    Set<String> parameters = FilterDescription.parse(description).parameters().keySet();
    Set<String> seen = new TreeSet<>(Set.of(filter.name()));
    Deque<NodeDef> todo = new ArrayDeque<>(List.of(filter.node()));
    while (!todo.isEmpty()) {
      for (String input : todo.remove().getInputList()) {
        String name = NodeIndex.nodeOf(input);
        if (name.startsWith(InsertedNames.PREFIX) && seen.add(name)) {
          filter.place().find(name).ifPresent(todo::add);
        }
      }
    }
    List<String> kept =
        seen.stream()
            .filter(name -> name.startsWith(InsertedNames.of(variable)))
            .filter(name -> filter.place().find(name).flatMap(Variable::of).isPresent())
            .filter(name -> parameters.stream().noneMatch(p -> InsertedNames.isParameter(name, p)))
            .toList();
    return kept.isEmpty() ? filter.name() : String.join(" ", kept);
  }

  private VerifyPlan.Site probed(
      VerifyPlan.Site site, FilterNode filter, Variable variable, Optional<UpdateSite.Rows> rows) {
    DataType numbers =
        rows.filter(UpdateSite.Rows::wide).isPresent() ? DataType.DT_INT64 : DataType.DT_INT32;
    return probes.probe(site, filter, variable.dtype(), numbers);
  }

  /** The tensor in whose place a filter stands, as its place spells it. */
  static String replaced(FilterNode filter) {
    return attribute(filter.node(), InsertedNames.REPLACES_ATTRIBUTE);
  }

  private static String attribute(NodeDef node, String name) {
    return NodeIndex.text(node, name)
        .orElseThrow(
            () ->
                new GraphRewriteException(
                    "node '" + node.getName() + "' has no attribute " + name + "; rewrite again"));
  }

  /** The update that takes what the filter gives; of one variable several may be alike. */
  private Optional<UpdateSite> update(
      FilterNode filter, String replaced, List<UpdateSite> candidates) {
    if (candidates.isEmpty()) {
      return Optional.empty();
    }
    Comparator<UpdateSite> best =
        Comparator.comparing((UpdateSite site) -> !site.gradient().equals(replaced))
            .thenComparing(site -> !site.function().equals(filter.function()));
    Optional<UpdateSite> consumer =
        candidates.stream()
            .filter(site -> site.edges().stream().allMatch(edge -> takes(edge, filter)))
            .min(best);
    if (consumer.isEmpty()) {
      UpdateSite nearest = candidates.stream().min(best).orElseThrow();
      throw new GraphRewriteException(
          "node '"
              + nearest.edges().stream()
                  .filter(edge -> !takes(edge, filter))
                  .map(GradientEdge::node)
                  .findFirst()
                  .orElseThrow()
              + "' of the rewritten graph does not take the filtered gradient '"
              + filter.name()
              + "'; rewrite the original again");
    }
    return consumer;
  }

  /** A node by its name in the original, or what was moved from there for others to follow. */
  private static Optional<NodeDef> update(NodeIndex place, String name) {
    return place
        .find(name)
        .map(
            node ->
                NodeIndex.text(node, InsertedNames.MOVED_TO_ATTRIBUTE)
                    .flatMap(place::find)
                    .orElse(node));
  }

  private boolean takes(GradientEdge edge, FilterNode filter) {
    boolean moved =
        update(filter.place(), edge.node())
            .filter(
                node ->
                    node.containsAttr(InsertedNames.REPLACED_ATTRIBUTE)
                        ? waitsFor(node, filter)
                        : takes(node, edge.input(), filter))
            .isPresent();
    return moved || (!filter.isInFunction() && isTakenByACopy(edge, filter));
  }

  private static boolean takes(NodeDef node, int input, FilterNode filter) {
    return input < node.getInputCount()
        && NodeIndex.nodeOf(node.getInput(input)).equals(filter.name());
  }

  /** What stands in place of an update takes what is made of the gradient, and waits for that. */
  private static boolean waitsFor(NodeDef node, FilterNode filter) {
    return node.getInputList().contains("^" + filter.name());
  }

  /** In a wrapped live graph a copy of the training op takes the filtered gradient. */
  private boolean isTakenByACopy(GradientEdge edge, FilterNode filter) {
    String op = before.require(edge.node(), "the original").getOp();
    return filter.place().graph().getNodeList().stream()
        .anyMatch(
            node ->
                node.getName().startsWith(InsertedNames.PREFIX)
                    && ((node.getOp().equals(op) && takes(node, edge.input(), filter))
                        || (node.getOp().startsWith("AssignSub") && waitsFor(node, filter))));
  }

  private Variable variable(String filter) {
    for (String candidate : InsertedNames.variables(filter)) {
      Optional<Variable> found = before.find(candidate).flatMap(Variable::of);
      if (found.isPresent()) {
        return found.get();
      }
    }
    throw new GraphRewriteException(
        "the original has no variable for '" + filter + "': it is not what was rewritten");
  }

  private static Precision precision(Variable variable) {
    return switch (variable.dtype()) {
      case DT_HALF -> Precision.FLOAT16;
      case DT_BFLOAT16 -> Precision.BFLOAT16;
      case DT_FLOAT -> Precision.FLOAT32;
      case DT_DOUBLE -> Precision.FLOAT64;
      default ->
          throw new GraphRewriteException(
              "variable '" + variable.name() + "' is of " + variable.dtype() + ", no real number");
    };
  }

  private static List<Integer> shape(Variable variable) {
    List<Long> shape = variable.shape().orElse(List.of(-1L));
    if (shape.stream().anyMatch(dim -> dim < 0)) {
      throw new GraphRewriteException(
          "variable '" + variable.name() + "' has no fixed shape, which a filter needs");
    }
    return shape.stream().map(Math::toIntExact).toList();
  }
}
