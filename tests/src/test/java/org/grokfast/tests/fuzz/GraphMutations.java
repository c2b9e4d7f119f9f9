package org.grokfast.tests.fuzz;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto;

/** Changes what a graph says while the message stays well-formed. */
final class GraphMutations {
  private static final List<String> OPS =
      List.of(
          "ApplyAdam",
          "ResourceApplyMomentum",
          "SparseApplyAdagrad",
          "ResourceSparseApplyFtrl",
          "LambApply",
          "AssignSub",
          "AssignSubVariableOp",
          "Assign",
          "AssignVariableOp",
          "ScatterSub",
          "ResourceScatterAdd",
          "UnsortedSegmentSum",
          "Unique",
          "VariableV2",
          "VarHandleOp",
          "Identity",
          "IdentityN",
          "Mul",
          "Neg",
          "Switch",
          "Merge",
          "Enter",
          "Exit",
          "NextIteration",
          "NoOp",
          "SaveV2",
          "SaveSlices",
          "Save",
          "RestoreV2",
          "ShardedFilename",
          "If",
          "While",
          "PartitionedCall",
          "StatefulPartitionedCall",
          "");
  private static final List<String> NAMES =
      List.of(
          "",
          "^",
          ":",
          "a:b:1",
          "w",
          "grokfast/w/ema",
          "Init",
          "ä",
          "x/..",
          "-",
          "init:2147483648");

  private final Random random;

  GraphMutations(Random random) {
    this.random = random;
  }

  /** The graph with one to six changes. */
  GraphDef mutate(GraphDef original) {
    GraphDef.Builder graph = original.toBuilder();
    for (int n = 1 + random.nextInt(6); n > 0; n--) {
      int functions = graph.getLibrary().getFunctionCount();
      if (functions > 0 && random.nextInt(3) > 0) {
        FunctionDef.Builder function =
            graph.getLibraryBuilder().getFunctionBuilder(random.nextInt(functions));
        if (random.nextInt(8) == 0) {
          changeFunction(graph, function);
        } else {
          List<NodeDef> nodes = new ArrayList<>(function.getNodeDefList());
          change(nodes);
          function.clearNodeDef().addAllNodeDef(nodes);
        }
      } else {
        List<NodeDef> nodes = new ArrayList<>(graph.getNodeList());
        change(nodes);
        graph.clearNode().addAllNode(nodes);
      }
    }
    return graph.build();
  }

  private void changeFunction(GraphDef.Builder graph, FunctionDef.Builder function) {
    int count = graph.getLibrary().getFunctionCount();
    switch (random.nextInt(5)) {
      case 0 -> graph.getLibraryBuilder().removeFunction(random.nextInt(count));
      case 1 -> graph.getLibraryBuilder().addFunction(function.build());
      case 2 -> function.getSignatureBuilder().setName(any(NAMES));
      case 3 -> function.clearRet();
      default ->
          function.addNodeDef(
              NodeDef.newBuilder()
                  .setName("again")
                  .setOp(random.nextBoolean() ? function.getSignature().getName() : "While"));
    }
  }

  private void change(List<NodeDef> nodes) {
    if (nodes.isEmpty()) {
      return;
    }
    int at = random.nextInt(nodes.size());
    NodeDef.Builder node = nodes.get(at).toBuilder();
    switch (random.nextInt(14)) {
      case 0 -> nodes.remove(at);
      case 1 -> nodes.add(random.nextInt(nodes.size()), node.build());
      case 2 -> nodes.add(node.setName(node.getName() + "_twin").build());
      case 3 -> nodes.set(at, node.setName(any(NAMES)).build());
      case 4, 5 -> nodes.set(at, redirected(node, nodes).build());
      case 6 -> nodes.set(at, node.addInput(input(nodes)).build());
      case 7 -> nodes.set(at, shortened(node).build());
      case 8 -> nodes.set(at, node.setOp(any(OPS)).build());
      case 9 -> nodes.set(at, node.setOp(any(nodes).getOp()).build());
      case 10 -> nodes.set(at, attribute(node, nodes).build());
      case 11 -> nodes.set(at, withoutAttribute(node).build());
      case 12 -> nodes.set(at, node.setDevice(any(NAMES)).build());
      default -> {
        int other = random.nextInt(nodes.size());
        NodeDef swapped = nodes.get(other);
        nodes.set(other, node.build());
        nodes.set(at, swapped);
      }
    }
  }

  private NodeDef.Builder redirected(NodeDef.Builder node, List<NodeDef> nodes) {
    return node.getInputCount() == 0
        ? node
        : node.setInput(random.nextInt(node.getInputCount()), input(nodes));
  }

  private String input(List<NodeDef> nodes) {
    String name = random.nextInt(8) == 0 ? any(NAMES) : any(nodes).getName();
    return switch (random.nextInt(6)) {
      case 0 -> "^" + name;
      case 1 -> name + ":" + random.nextInt(4);
      case 2 -> name + ":out:" + random.nextInt(2);
      default -> name;
    };
  }

  private NodeDef.Builder shortened(NodeDef.Builder node) {
    List<String> inputs = new ArrayList<>(node.getInputList());
    if (!inputs.isEmpty()) {
      inputs.remove(random.nextInt(inputs.size()));
    }
    return node.clearInput().addAllInput(inputs);
  }

  private NodeDef.Builder attribute(NodeDef.Builder node, List<NodeDef> nodes) {
    List<String> keys = new ArrayList<>(node.getAttrMap().keySet());
    keys.addAll(
        List.of("shape", "dtype", "T", "_output_shapes", "_class", "_grokfast", "frame_name"));
    String key = any(keys);
    return switch (random.nextInt(4)) {
      case 0 -> {
        Map<String, AttrValue> others = any(nodes).getAttrMap();
        yield others.isEmpty() ? node : node.putAttr(key, any(new ArrayList<>(others.values())));
      }
      case 1 -> node.putAttr(key, AttrValue.newBuilder().setType(any(types())).build());
      case 2 -> node.putAttr(key, AttrValue.newBuilder().setShape(shape()).build());
      default -> node.putAttr(key, list());
    };
  }

  private static List<DataType> types() {
    return List.of(
        DataType.DT_FLOAT,
        DataType.DT_DOUBLE,
        DataType.DT_HALF,
        DataType.DT_INT32,
        DataType.DT_COMPLEX64,
        DataType.DT_RESOURCE,
        DataType.DT_STRING,
        DataType.DT_INVALID);
  }

  private TensorShapeProto shape() {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int n = random.nextInt(5); n > 0; n--) {
      shape.addDimBuilder().setSize(random.nextLong() >> random.nextInt(64));
    }
    return shape.setUnknownRank(random.nextInt(6) == 0).build();
  }

  private AttrValue list() {
    AttrValue.ListValue.Builder list = AttrValue.ListValue.newBuilder();
    for (int n = random.nextInt(200); n > 0; n--) {
      list.addS(ByteString.copyFromUtf8("loc:@" + any(NAMES)));
    }
    return AttrValue.newBuilder().setList(list).build();
  }

  private NodeDef.Builder withoutAttribute(NodeDef.Builder node) {
    List<String> keys = List.copyOf(node.getAttrMap().keySet());
    return keys.isEmpty() ? node : node.removeAttr(any(keys));
  }

  private <T> T any(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
