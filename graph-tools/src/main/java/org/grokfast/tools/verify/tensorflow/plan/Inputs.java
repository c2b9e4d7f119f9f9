package org.grokfast.tools.verify.tensorflow.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.grokfast.tensorflow.proof.NodeIndex;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto;

/** Finds the placeholders that a step needs. */
final class Inputs {
  private Inputs() {}

  static List<VerifyPlan.Input> of(NodeIndex graph, List<VerifyPlan.Group> groups, int batch) {
    Set<String> needed =
        graph.ancestors(groups.stream().flatMap(group -> group.original().stream()).toList());
    List<VerifyPlan.Input> inputs = new ArrayList<>();
    for (NodeDef node : graph.graph().getNodeList()) {
      if (needed.contains(node.getName())
          && (node.getOp().equals("Placeholder") || node.getOp().equals("PlaceholderV2"))) {
        AttrValue none = AttrValue.getDefaultInstance();
        AttrValue shape = node.getAttrOrDefault("shape", none);
        inputs.add(
            new VerifyPlan.Input(
                node.getName(),
                node.getAttrOrDefault("dtype", none).getType().name(),
                shape.hasShape() ? dims(shape.getShape(), batch) : null));
      }
    }
    return inputs;
  }

  private static List<Long> dims(TensorShapeProto shape, int batch) {
    if (shape.getUnknownRank()) {
      return null;
    }
    return shape.getDimList().stream()
        .map(dim -> dim.getSize() < 0 ? batch : dim.getSize())
        .toList();
  }
}
