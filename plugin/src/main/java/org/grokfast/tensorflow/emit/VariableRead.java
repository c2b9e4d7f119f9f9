package org.grokfast.tensorflow.emit;

import java.util.List;
import java.util.Optional;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.tensorflow.emit.NodeEmitter.Node;
import org.grokfast.tensorflow.emit.NodeEmitter.Out;
import org.grokfast.tensorflow.graph.Attrs;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.Program;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.graph.VariableNode;
import org.tensorflow.proto.DataType;

/**
 * A read of the variable that a site updates, for a filter that needs it.
 *
 * <pre>
 *                 reference     resource
 *   whole         Identity      ReadVariableOp
 *   rows          GatherV2      ResourceGather
 * </pre>
 *
 * It waits for the gradient, which was computed from the same value, so that it comes after what
 * updated the variable before; and the update waits for it, as it takes the filtered gradient.
 */
final class VariableRead {
  private final NodeEmitter nodes;
  private final Program program;
  private final UpdateSite site;
  private final VariableNode variable;
  private final String prefix;
  private final List<String> controls;

  VariableRead(NodeEmitter nodes, Program program, UpdateSite site, String prefix) {
    this(nodes, program, site, prefix, List.of());
  }

  private VariableRead(
      NodeEmitter nodes, Program program, UpdateSite site, String prefix, List<String> controls) {
    this.nodes = nodes;
    this.program = program;
    this.site = site;
    this.variable = program.variable(site.variable().name());
    this.prefix = prefix;
    this.controls = controls;
  }

  /** The same under another name and after other nodes too. */
  VariableRead below(String other, List<String> nodesBefore) {
    return new VariableRead(nodes, program, site, other, nodesBefore);
  }

  /** The whole variable, in its own type. */
  Out whole() {
    DataType type = variable.dtype();
    boolean reference = isReference();
    return node(reference ? "Identity" : "ReadVariableOp")
        .input(handle())
        .after(gradient())
        .after(controls)
        .attr(reference ? "T" : "dtype", Attrs.type(type))
        .emit(type);
  }

  /** Some of its rows, in its own type. */
  Out rows(Out numbers) {
    DataType type = variable.dtype();
    if (!isReference()) {
      return node("ResourceGather")
          .input(handle())
          .input(numbers)
          .after(gradient())
          .after(controls)
          .attr("dtype", Attrs.type(type))
          .attr("Tindices", Attrs.type(numbers.type()))
          .emit(type);
    }
    Out axis =
        nodes
            .node(prefix + "/variable/axis", "Const")
            .with(variable)
            .attr("dtype", Attrs.type(DataType.DT_INT64))
            .attr("value", Attrs.scalar(0L))
            .emit(DataType.DT_INT64);
    return node("GatherV2")
        .input(handle())
        .input(numbers, axis)
        .after(gradient())
        .after(controls)
        .attr("Tparams", Attrs.type(type))
        .attr("Tindices", Attrs.type(numbers.type()))
        .attr("Taxis", Attrs.type(DataType.DT_INT64))
        .emit(type);
  }

  private boolean isReference() {
    return variable.kind() == VariableNode.Kind.REFERENCE;
  }

  private Node node(String op) {
    return nodes.node(prefix + "/variable", op).with(variable);
  }

  private List<String> gradient() {
    return List.of(TensorName.nodeOf(site.gradient()));
  }

  /**
   * The variable as the site's place spells it. A function knows it as an argument, which need not
   * be where the gradient is.
   */
  String handle() {
    if (site.function().isEmpty()) {
      return variable.nodeName();
    }
    GraphIndex body = program.graph(site.function());
    for (int id = 0; id < body.size(); id++) {
      Optional<VariableNode> here = VariableNode.at(body, id);
      if (here.isPresent() && here.get().name().equals(variable.name())) {
        return here.get().nodeName();
      }
    }
    throw new GraphRewriteException(
        "function '"
            + site.function()
            + "' holds the gradient of '"
            + variable.name()
            + "' but not the variable, which the filter reads; exclude it, or use a filter that"
            + " reads gradients alone");
  }
}
