package org.grokfast.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TrainingInfoProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.grokfast.onnx.graph.OnnxProvenance;
import org.grokfast.onnx.graph.StateEntry;
import org.grokfast.onnx.graph.StateList;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.NothingToRewriteException;

/** Takes out what {@link OnnxRewriter} put in; the result equals the original message. */
public final class OnnxStripper {
  private final Map<String, NodeProto> inserted = new HashMap<>();
  private final Set<String> states = new HashSet<>();
  private final Map<String, String> moved = new HashMap<>();

  private OnnxStripper() {}

  /** Whether there is anything to take out. */
  public static boolean isRewritten(ModelProto model) {
    return model.getMetadataPropsList().stream().anyMatch(OnnxProvenance::isOurs)
        || model.getGraph().getNodeList().stream().anyMatch(OnnxProvenance::isInserted)
        || model.getTrainingInfoList().stream()
            .flatMap(training -> training.getAlgorithm().getNodeList().stream())
            .anyMatch(OnnxProvenance::isInserted);
  }

  /**
   * The model without what was inserted; inputs that led there lead again where they led before,
   * and what was moved has its own name again.
   *
   * @throws NothingToRewriteException if nothing was inserted
   * @throws GraphRewriteException if a node that was added after the filter takes its state
   */
  public static ModelProto apply(ModelProto model) {
    if (!isRewritten(model)) {
      throw new NothingToRewriteException("the model holds no filter: there is nothing to strip");
    }
    return new OnnxStripper().strip(model);
  }

  private ModelProto strip(ModelProto model) {
    for (StateEntry entry : StateList.of(model)) {
      states.add(entry.input());
      states.add(entry.output());
    }
    collect(model.getGraph());
    model.getTrainingInfoList().forEach(training -> collect(training.getAlgorithm()));
    ModelProto.Builder result = model.toBuilder();
    result.setGraph(strip(model.getGraph()));
    for (int i = 0; i < model.getTrainingInfoCount(); i++) {
      result.setTrainingInfo(i, strip(model.getTrainingInfo(i)));
    }
    List<StringStringEntryProto> entries = model.getMetadataPropsList();
    if (OnnxProvenance.text(entries, OnnxProvenance.OPSET).isPresent()) {
      removeAddedImport(result);
    }
    result.clearMetadataProps();
    entries.stream()
        .filter(entry -> !OnnxProvenance.isOurs(entry))
        .forEach(result::addMetadataProps);
    return result.build();
  }

  private static void removeAddedImport(ModelProto.Builder model) {
    for (int i = model.getOpsetImportCount() - 1; i >= 0; i--) {
      if (model.getOpsetImport(i).getDomain().isEmpty()) {
        model.removeOpsetImport(i);
        return;
      }
    }
  }

  private void collect(GraphProto graph) {
    for (NodeProto node : graph.getNodeList()) {
      if (OnnxProvenance.isInserted(node)) {
        Optional<String> name =
            OnnxProvenance.text(node.getMetadataPropsList(), OnnxProvenance.MOVED);
        if (name.isPresent() && node.getOutputCount() == 1) {
          moved.put(name.get(), node.getOutput(0));
        } else {
          node.getOutputList().forEach(output -> inserted.put(output, node));
        }
      }
    }
  }

  private boolean isOurs(String tensor) {
    return inserted.containsKey(tensor) || states.contains(tensor);
  }

  private GraphProto strip(GraphProto graph) {
    GraphProto.Builder result = graph.toBuilder();
    Predicate<ValueInfoProto> kept =
        info -> !isOurs(info.getName()) && !moved.containsKey(info.getName());
    if (graph.getNodeList().stream().anyMatch(this::isTouched)) {
      result.clearNode();
      graph.getNodeList().stream()
          .filter(node -> !OnnxProvenance.isInserted(node))
          .forEach(node -> result.addNode(restore(node)));
    }
    if (!graph.getInputList().stream().allMatch(kept)) {
      result.clearInput();
      graph.getInputList().stream().filter(kept).forEach(result::addInput);
    }
    if (!graph.getOutputList().stream().allMatch(kept)) {
      result.clearOutput();
      graph.getOutputList().stream().filter(kept).forEach(result::addOutput);
    }
    if (!graph.getValueInfoList().stream().allMatch(kept)) {
      result.clearValueInfo();
      graph.getValueInfoList().stream().filter(kept).forEach(result::addValueInfo);
    }
    Predicate<TensorProto> keptTensor = tensor -> !isOurs(tensor.getName());
    if (!graph.getInitializerList().stream().allMatch(keptTensor)) {
      result.clearInitializer();
      graph.getInitializerList().stream().filter(keptTensor).forEach(result::addInitializer);
    }
    return result.build();
  }

  private TrainingInfoProto strip(TrainingInfoProto training) {
    TrainingInfoProto.Builder result = training.toBuilder();
    if (training.hasAlgorithm()) {
      result.setAlgorithm(strip(training.getAlgorithm()));
    }
    if (training.getUpdateBindingList().stream().anyMatch(e -> isOurs(e.getKey()))) {
      result.clearUpdateBinding();
      training.getUpdateBindingList().stream()
          .filter(entry -> !isOurs(entry.getKey()))
          .forEach(result::addUpdateBinding);
    }
    return result.build();
  }

  private boolean isTouched(NodeProto node) {
    return OnnxProvenance.isInserted(node)
        || node.getInputList().stream().anyMatch(each -> isOurs(each) || moved.containsKey(each))
        || node.getOutputList().stream().anyMatch(moved::containsKey);
  }

  private NodeProto restore(NodeProto node) {
    if (!isTouched(node)) {
      return node;
    }
    NodeProto.Builder result = node.toBuilder();
    for (int i = 0; i < node.getOutputCount(); i++) {
      if (moved.containsKey(node.getOutput(i))) {
        result.setOutput(i, moved.get(node.getOutput(i)));
      }
    }
    for (int i = 0; i < node.getInputCount(); i++) {
      String input = node.getInput(i);
      if (moved.containsKey(input)) {
        result.setInput(i, moved.get(input));
      } else if (isOurs(input)) {
        NodeProto maker = inserted.getOrDefault(input, NodeProto.getDefaultInstance());
        int place = i;
        result.setInput(
            i,
            OnnxProvenance.text(maker.getMetadataPropsList(), OnnxProvenance.REPLACES)
                .orElseThrow(() -> addedLater(node, node.getInput(place))));
      }
    }
    return result.build();
  }

  private static GraphRewriteException addedLater(NodeProto node, String input) {
    return new GraphRewriteException(
        "node '"
            + node.getName()
            + "' ("
            + node.getOpType()
            + ") takes '"
            + input
            + "' of the filter but was added after it; strip the model as it was before that node");
  }
}
