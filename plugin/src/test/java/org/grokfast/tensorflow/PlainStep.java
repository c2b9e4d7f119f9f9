package org.grokfast.tensorflow;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.graph.Attrs;
import org.grokfast.tensorflow.graph.FunctionGraphs;
import org.grokfast.tensorflow.graph.Program;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * A training step in plain ops, as a graph without attributes that the search does not need: {@code
 * loss = mean((x·w + b − y)²)}, the gradients {@code gw} and {@code gb}, and what a test adds.
 */
public final class PlainStep {
  private final List<NodeDef> nodes = new ArrayList<>();

  public PlainStep() {
    add("x", "Placeholder").add("y", "Placeholder").variable("w").variable("b");
    add("product", "MatMul", "x", "w/read").add("sum", "AddV2", "product", "b/read");
    add("difference", "Sub", "sum", "y").add("squares", "Square", "difference");
    add("loss", "Mean", "squares").add("gb", "Sum", "difference");
    add("gw", "MatMul", "x", "difference");
  }

  /** Adds a node. */
  public PlainStep add(String name, String op, String... inputs) {
    nodes.add(FunctionGraphs.node(name, op, inputs));
    return this;
  }

  /** Adds a variable of two floats and a node {@code name/read}. */
  public PlainStep variable(String name) {
    nodes.add(FunctionGraphs.variable(name));
    return add(name + "/read", "ReadVariableOp", name);
  }

  /** Adds a scalar constant. */
  public PlainStep constant(String name, float value) {
    nodes.add(
        FunctionGraphs.node(name, "Const").toBuilder()
            .putAttr("dtype", Attrs.type(DataType.DT_FLOAT))
            .putAttr("value", Attrs.scalar(value))
            .build());
    return this;
  }

  /** Adds {@code w −= rate · gw} and {@code b −= rate · gb} with a variable rate. */
  public PlainStep descent() {
    return variable("rate")
        .add("w/scaled", "Mul", "gw", "rate/read")
        .add("w/update", "AssignSubVariableOp", "w", "w/scaled")
        .add("b/scaled", "Mul", "gb", "rate/read")
        .add("b/update", "AssignSubVariableOp", "b", "b/scaled");
  }

  private List<Finding> findings() {
    return UpdateSites.find(
        Program.of(GraphParts.of(GraphDef.newBuilder().addAllNode(nodes).build())));
  }

  /** By variable, the tensor that is filtered and the nodes that take it. */
  public Map<String, String> sites() {
    Map<String, String> sites = new LinkedHashMap<>();
    for (Finding finding : findings()) {
      if (finding instanceof UpdateSite site) {
        sites.put(
            site.variable().name(),
            site.gradient() + " at " + site.edges().stream().map(edge -> edge.node()).toList());
      }
    }
    return sites;
  }

  /** What is said of updates that can't be filtered. */
  public List<String> misses() {
    return findings().stream().filter(NearMiss.class::isInstance).map(Object::toString).toList();
  }
}
