package org.grokfast.onnx.inspect;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.grokfast.onnx.file.Checkpoint;
import org.grokfast.onnx.file.OrtArtifacts;
import org.grokfast.onnx.graph.GraphLocation;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.rewrite.GraphDiff;
import org.grokfast.rewrite.GraphDiff.Changes;

/**
 * Compares two ONNX models, or two folders of artifacts. Inputs and outputs stand in for
 * signatures; what lies in a {@code training_info}, or in a folder's eval model, has its place in
 * front of its name.
 */
public final class OnnxDiff {
  private final Map<String, NodeProto> nodes = new LinkedHashMap<>();
  private final Set<String> edges = new LinkedHashSet<>();
  private final Map<String, Message> functions = new LinkedHashMap<>();
  private final Map<String, Object> initializers = new LinkedHashMap<>();
  private final Map<String, ValueInfoProto> signatures = new LinkedHashMap<>();
  private final Map<String, Message> rest = new LinkedHashMap<>();

  private OnnxDiff() {}

  /** In what two models differ. */
  public static GraphDiff between(ModelProto before, ModelProto after) {
    return between(new OnnxDiff().add("", before), new OnnxDiff().add("", after));
  }

  /** In what two folders differ; the optimizer models are not looked at. */
  public static GraphDiff between(OrtArtifacts before, OrtArtifacts after) {
    return between(new OnnxDiff().add(before), new OnnxDiff().add(after));
  }

  private static GraphDiff between(OnnxDiff a, OnnxDiff b) {
    List<String> other = new ArrayList<>();
    b.rest.forEach(
        (place, message) -> {
          Message old = a.rest.get(place);
          if (old != null && !old.equals(message)) {
            fields(old, message).forEach(field -> other.add(place + field));
          }
        });
    Set<String> order = new LinkedHashSet<>(a.nodes.keySet());
    order.retainAll(b.nodes.keySet());
    Set<String> orderAfter = new LinkedHashSet<>(b.nodes.keySet());
    orderAfter.retainAll(a.nodes.keySet());
    if (!List.copyOf(order).equals(List.copyOf(orderAfter))) {
      other.add("order of nodes");
    }
    return new GraphDiff(
        Changes.between(a.nodes, b.nodes, OnnxDiff::fields),
        Changes.between(a.edges, b.edges),
        Changes.between(a.functions, b.functions, OnnxDiff::fields),
        Changes.between(a.initializers, b.initializers, (x, y) -> List.of("value")),
        Changes.between(a.signatures, b.signatures, OnnxDiff::fields),
        other);
  }

  private OnnxDiff add(OrtArtifacts artifacts) {
    add("", artifacts.training().model());
    artifacts.eval().ifPresent(eval -> add("eval_model/", eval.model()));
    for (Checkpoint.Entry entry : artifacts.checkpoint().trained()) {
      initializers.put("checkpoint/trained/" + entry.name(), entry);
    }
    for (Checkpoint.Entry entry : artifacts.checkpoint().frozen()) {
      initializers.put("checkpoint/frozen/" + entry.name(), entry);
    }
    return this;
  }

  private OnnxDiff add(String place, ModelProto model) {
    graph(place, model.getGraph());
    for (int i = 0; i < model.getTrainingInfoCount(); i++) {
      String inside = place + GraphLocation.algorithm(i) + "/";
      graph(inside, model.getTrainingInfo(i).getAlgorithm());
      rest.put(inside, model.getTrainingInfo(i).toBuilder().clearAlgorithm().build());
    }
    model
        .getFunctionsList()
        .forEach(f -> functions.put(place + f.getDomain() + "." + f.getName(), f));
    rest.put(place, model.toBuilder().clearGraph().clearTrainingInfo().clearFunctions().build());
    return this;
  }

  private void graph(String place, GraphProto proto) {
    OnnxGraph graph = new OnnxGraph(proto);
    for (int id = 0; id < graph.size(); id++) {
      String label = place + graph.label(id);
      NodeProto node = graph.node(id);
      nodes.put(label, node);
      for (int input = 0; input < node.getInputCount(); input++) {
        if (!node.getInput(input).isEmpty()) {
          edges.add(node.getInput(input) + " -> " + label + ":" + input);
        }
      }
    }
    for (TensorProto tensor : proto.getInitializerList()) {
      initializers.put(place + tensor.getName(), tensor);
    }
    proto.getInputList().forEach(info -> signatures.put(place + "input " + info.getName(), info));
    proto.getOutputList().forEach(info -> signatures.put(place + "output " + info.getName(), info));
    rest.put(
        place + "graph ",
        proto.toBuilder().clearNode().clearInitializer().clearInput().clearOutput().build());
  }

  private static List<String> fields(Message before, Message after) {
    List<String> fields = new ArrayList<>();
    for (FieldDescriptor field : before.getDescriptorForType().getFields()) {
      if (!before.getField(field).equals(after.getField(field))) {
        fields.add(field.getName());
      }
    }
    if (!before.getUnknownFields().equals(after.getUnknownFields())) {
      fields.add("unknown fields");
    }
    return fields;
  }
}
