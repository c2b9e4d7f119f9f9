package org.grokfast.tensorflow.rules;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.filter.GradientFilter;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.coverage.UnfilteredVariables;
import org.grokfast.rules.GraphText;
import org.grokfast.rules.NodeLine;
import org.grokfast.rules.RuleForm;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.UpdateSites;
import org.grokfast.tensorflow.file.GraphValidator;
import org.grokfast.tensorflow.graph.Provenance;
import org.tensorflow.proto.GraphDef;

/** GraphDefs. */
public class TensorFlowForm implements RuleForm<GraphDef> {
  @Override
  public GraphDef parse(GraphText text) {
    return GraphDefText.parse(text);
  }

  @Override
  public List<Finding> find(GraphDef graph) {
    return UpdateSites.find(graph);
  }

  @Override
  public Rewritten<GraphDef> rewrite(
      GraphDef graph, GradientFilter filter, Map<String, String> gradients) {
    // A near-miss of a trained variable may stand beside a site in a case.
    GraphRewriter.Result result =
        new GraphRewriter(filter)
            .withGradients(gradients)
            .withUnfiltered(UnfilteredVariables.ALLOW)
            .apply(graph);
    return new Rewritten<>(result.graph(), result.report());
  }

  @Override
  public GraphDef strip(GraphDef graph) {
    return FilterStripper.apply(graph);
  }

  @Override
  public byte[] bytes(GraphDef graph) {
    return graph.toByteArray();
  }

  @Override
  public void validate(GraphDef graph) {
    new GraphValidator().validate(graph, "case");
  }

  @Override
  public List<NodeLine> nodes(GraphDef graph) {
    return GraphDefText.lines(graph);
  }

  @Override
  public boolean isInserted(GraphDef graph, NodeLine node) {
    return node.attributes().containsKey(Provenance.PASS);
  }

  @Override
  public Optional<String> replaces(GraphDef graph, NodeLine node) {
    return Optional.ofNullable(node.attributes().get(Provenance.REPLACES))
        .map(text -> text.substring(text.indexOf('"') + 1, text.lastIndexOf('"')));
  }

  @Override
  public GraphDef runnable(GraphDef graph) {
    return new RunnableGraph(graph).completed();
  }

  @Override
  public Map<String, List<Integer>> run(GraphDef graph, GraphDef original) {
    return NativeRun.of(graph, original);
  }
}
