package org.grokfast.tools.verify.tensorflow.plan;

import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Gives random ops that have no seed one by their name, so that two runs draw the same numbers. */
final class RandomSeeds {
  private RandomSeeds() {}

  static GraphDef fix(GraphDef graph, long seed) {
    GraphDef.Builder fixed = graph.toBuilder();
    fixed.getNodeBuilderList().forEach(node -> fix(node, seed));
    fixed.getLibraryBuilder().getFunctionBuilderList().stream()
        .flatMap(function -> function.getNodeDefBuilderList().stream())
        .forEach(node -> fix(node, seed));
    return fixed.build();
  }

  private static void fix(NodeDef.Builder node, long seed) {
    if (node.containsAttr("seed")
        && node.containsAttr("seed2")
        && node.getAttrOrThrow("seed").getI() == 0
        && node.getAttrOrThrow("seed2").getI() == 0) {
      node.putAttr("seed", AttrValue.newBuilder().setI(seed + 1).build())
          .putAttr("seed2", AttrValue.newBuilder().setI(node.getName().hashCode()).build());
    }
  }
}
