package org.grokfast.onnx.rules;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import com.google.protobuf.TextFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.grokfast.filter.GradientFilter;
import org.grokfast.onnx.OnnxRewriter;
import org.grokfast.onnx.OnnxStripper;
import org.grokfast.onnx.file.OnnxFile;
import org.grokfast.onnx.file.OnnxValidator;
import org.grokfast.onnx.find.OnnxSites;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.graph.OnnxProvenance;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.coverage.UnfilteredVariables;
import org.grokfast.rules.GraphText;
import org.grokfast.rules.NodeLine;
import org.grokfast.rules.RuleForm;

/** ONNX models whose step is their main graph, or lies in a training_info. */
class OnnxForm implements RuleForm<ModelProto> {
  @Override
  public ModelProto parse(GraphText text) {
    return ModelText.parse(text);
  }

  @Override
  public List<Finding> find(ModelProto model) {
    return new OnnxSites().find(model);
  }

  @Override
  public Rewritten<ModelProto> rewrite(
      ModelProto model, GradientFilter filter, Map<String, String> gradients) {
    OnnxRewriter.Result result =
        new OnnxRewriter(filter)
            .withNames(gradients, Map.of())
            .withUnfiltered(UnfilteredVariables.ALLOW)
            .apply(model);
    return new Rewritten<>(result.model(), result.report());
  }

  @Override
  public ModelProto strip(ModelProto model) {
    return OnnxStripper.apply(model);
  }

  @Override
  public byte[] bytes(ModelProto model) {
    return model.toByteArray();
  }

  @Override
  public void validate(ModelProto model) {
    OnnxValidator.validate(new OnnxFile("case", model, Optional.empty()));
  }

  @Override
  public List<NodeLine> nodes(ModelProto model) {
    List<NodeLine> nodes = new ArrayList<>(nodes(model.getGraph()));
    model.getTrainingInfoList().forEach(info -> nodes.addAll(nodes(info.getAlgorithm())));
    return nodes;
  }

  private static List<NodeLine> nodes(GraphProto proto) {
    OnnxGraph graph = new OnnxGraph(proto);
    List<NodeLine> nodes = new ArrayList<>();
    for (int id = 0; id < graph.size(); id++) {
      NodeProto node = graph.node(id);
      Map<String, String> attributes = new TreeMap<>();
      for (AttributeProto attribute : node.getAttributeList()) {
        attributes.put(attribute.getName(), TextFormat.printer().printToString(attribute));
      }
      for (StringStringEntryProto entry : node.getMetadataPropsList()) {
        attributes.put(entry.getKey(), entry.getValue());
      }
      List<String> inputs =
          node.getInputList().stream().map(input -> input.isEmpty() ? "_" : input).toList();
      String domain = node.getDomain().isEmpty() ? "" : node.getDomain() + ".";
      nodes.add(new NodeLine("", graph.label(id), domain + node.getOpType(), inputs, attributes));
    }
    return nodes;
  }

  @Override
  public boolean isInserted(ModelProto model, NodeLine node) {
    return node.attributes().containsKey(OnnxProvenance.PASS);
  }

  @Override
  public Optional<String> replaces(ModelProto model, NodeLine node) {
    return Optional.ofNullable(node.attributes().get(OnnxProvenance.REPLACES));
  }

  @Override
  public ModelProto runnable(ModelProto model) {
    return model;
  }

  @Override
  public Map<String, List<Integer>> run(ModelProto model, ModelProto original) {
    return StepRun.of(model, original);
  }
}
