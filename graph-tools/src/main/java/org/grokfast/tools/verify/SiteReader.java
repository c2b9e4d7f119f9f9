package org.grokfast.tools.verify;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.filter.FilterDescription;
import org.grokfast.filter.Precision;
import org.grokfast.filter.SparseGradients;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.inspect.Variable;
import org.tensorflow.proto.NodeDef;

/** Reads what a filter's last node says of itself, and checks that it stands where it should. */
final class SiteReader {
  private static final String FILTER = "_grokfast_filter";
  private static final String REPLACES = "_grokfast_replaces";
  private static final String ROOT = "grokfast/";
  private static final String LAST = "/gradient";

  private final NodeIndex before;
  private final NodeIndex after;

  SiteReader(NodeIndex before, NodeIndex after) {
    this.before = before;
    this.after = after;
  }

  /**
   * A filtered gradient.
   *
   * @param site what to compare
   * @param sparse whether the gradient was sparse and is dense now
   */
  record Found(VerifyPlan.Site site, boolean sparse) {}

  Found read(NodeDef node, Map<String, UpdateSite> sites) {
    String name = node.getName();
    Variable variable = variable(name);
    String replaced = attribute(node, REPLACES);
    Optional.ofNullable(sites.get(variable.name())).ifPresent(site -> requireConnected(name, site));
    String dense = name.substring(0, name.lastIndexOf('/')) + "/dense";
    boolean sparse =
        after.find(dense).filter(n -> n.getOp().equals("UnsortedSegmentSum")).isPresent();
    if (!sparse) {
      after.require(NodeIndex.nodeOf(replaced), "the gradient of '" + variable.name() + "'");
    }
    String filter = attribute(node, FILTER);
    Optional<UpdateSite.Rows> lazy =
        FilterDescription.parse(filter).options().sparse() == SparseGradients.LAZY
            ? Optional.ofNullable(sites.get(variable.name())).flatMap(UpdateSite::rows)
            : Optional.empty();
    int elements = elements(variable);
    return new Found(
        new VerifyPlan.Site(
            variable.name(),
            filter,
            sparse ? dense : replaced,
            name,
            precision(variable),
            lazy.isPresent() ? rowElements(variable, elements) : elements,
            lazy.map(UpdateSite.Rows::indices).orElse(null)),
        sparse);
  }

  private static int rowElements(Variable variable, int elements) {
    return elements / Math.toIntExact(Math.max(1, variable.shape().orElseThrow().get(0)));
  }

  private static String attribute(NodeDef node, String name) {
    return NodeIndex.text(node, name)
        .orElseThrow(
            () ->
                new GraphRewriteException(
                    "node '" + node.getName() + "' has no attribute " + name + "; rewrite again"));
  }

  /** The optimizer has to take what the filter gives. */
  private void requireConnected(String filtered, UpdateSite site) {
    for (GradientEdge edge : site.edges()) {
      List<String> inputs =
          after.find(edge.node()).map(NodeDef::getInputList).map(List::copyOf).orElse(List.of());
      boolean moved =
          edge.input() < inputs.size()
              && NodeIndex.nodeOf(inputs.get(edge.input())).equals(filtered);
      if (!moved && !isTakenByACopy(edge, filtered)) {
        throw new GraphRewriteException(
            "node '"
                + edge.node()
                + "' of the rewritten graph does not take the filtered gradient '"
                + filtered
                + "'; rewrite the original again");
      }
    }
  }

  /** In a wrapped live graph a copy of the training op takes the filtered gradient. */
  private boolean isTakenByACopy(GradientEdge edge, String filtered) {
    String op = before.require(edge.node(), "the original").getOp();
    return after.graph().getNodeList().stream()
        .anyMatch(
            node ->
                node.getName().startsWith(ROOT)
                    && node.getOp().equals(op)
                    && edge.input() < node.getInputCount()
                    && NodeIndex.nodeOf(node.getInput(edge.input())).equals(filtered));
  }

  private Variable variable(String filter) {
    if (filter.startsWith(ROOT) && filter.endsWith(LAST)) {
      String name = filter.substring(ROOT.length(), filter.length() - LAST.length());
      // A number is appended where the name was taken.
      for (String candidate : List.of(name, name.replaceFirst("_\\d+$", ""))) {
        Optional<Variable> found = before.find(candidate).flatMap(Variable::of);
        if (found.isPresent()) {
          return found.get();
        }
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

  private static int elements(Variable variable) {
    long elements = 1;
    for (long dim : variable.shape().orElse(List.of(-1L))) {
      elements = dim < 0 ? -1 : Math.multiplyExact(elements, dim);
    }
    if (elements < 0) {
      throw new GraphRewriteException(
          "variable '" + variable.name() + "' has no fixed shape, which a filter needs");
    }
    return Math.toIntExact(elements);
  }
}
