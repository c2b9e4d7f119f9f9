package org.grokfast.tools.verify.tensorflow.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.inspect.Variable;
import org.grokfast.tensorflow.proof.NodeIndex;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Adds the nodes by which values of variables are read out of the original graph and written into
 * the rewritten one, so that both start from the same values.
 */
final class VariableAccess {
  private static final String ROOT = "grokfast_verify/";

  private final GraphDef.Builder original;
  private final GraphDef.Builder rewritten;
  private final List<VerifyPlan.Variable> variables = new ArrayList<>();
  private final List<NodeDef> assignments = new ArrayList<>();

  VariableAccess(NodeIndex before, NodeIndex after) {
    original = before.graph().toBuilder();
    rewritten = after.graph().toBuilder();
    for (Variable variable : variables(before)) {
      if (after.find(variable.name()).flatMap(Variable::of).isEmpty()) {
        throw new GraphRewriteException(
            "the rewritten graph has no variable '"
                + variable.name()
                + "', so it is no rewrite of the original");
      }
      boolean reference =
          !before.require(variable.name(), "variable").getOp().equals("VarHandleOp");
      add(variable, reference);
    }
  }

  private void add(Variable variable, boolean reference) {
    String prefix = ROOT + variables.size();
    String read = variable.name();
    if (!reference) {
      read = prefix + "/read";
      NodeDef node =
          node("ReadVariableOp", read, variable.dtype(), "dtype").addInput(variable.name()).build();
      original.addNode(node);
      rewritten.addNode(node);
    }
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    variable
        .shape()
        .ifPresentOrElse(
            dims -> dims.forEach(dim -> shape.addDimBuilder().setSize(dim)),
            () -> shape.setUnknownRank(true));
    List<NodeDef> assignment =
        List.of(
            node("Placeholder", prefix + "/value", variable.dtype(), "dtype")
                .putAttr("shape", AttrValue.newBuilder().setShape(shape).build())
                .build(),
            node(
                    reference ? "Assign" : "AssignVariableOp",
                    prefix + "/assign",
                    variable.dtype(),
                    reference ? "T" : "dtype")
                .addInput(variable.name())
                .addInput(prefix + "/value")
                .build());
    rewritten.addAllNode(assignment);
    assignments.addAll(assignment);
    variables.add(
        new VerifyPlan.Variable(variable.name(), read, prefix + "/value", prefix + "/assign"));
  }

  private static NodeDef.Builder node(String op, String name, DataType type, String attribute) {
    return NodeDef.newBuilder()
        .setOp(op)
        .setName(name)
        .putAttr(attribute, AttrValue.newBuilder().setType(type).build());
  }

  /** The variables of a graph. */
  static List<Variable> variables(NodeIndex graph) {
    return graph.graph().getNodeList().stream()
        .map(Variable::of)
        .flatMap(Optional::stream)
        .toList();
  }

  List<VerifyPlan.Variable> variables() {
    return variables;
  }

  GraphDef original() {
    return original.build();
  }

  /** The same, with the nodes by which the variables can be set there too. */
  GraphDef assignableOriginal() {
    return original.clone().addAllNode(assignments).build();
  }

  GraphDef rewritten() {
    return rewritten.build();
  }
}
