package org.grokfast.onnx.inspect;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.grokfast.onnx.ArtifactsRewriter;
import org.grokfast.onnx.OnnxStripper;
import org.grokfast.onnx.cover.OnnxCoverage;
import org.grokfast.onnx.file.OrtArtifacts;
import org.grokfast.onnx.find.OnnxSites;
import org.grokfast.onnx.find.step.CarriedPairs;
import org.grokfast.onnx.find.step.TrainingModel;
import org.grokfast.onnx.graph.DataTypes;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.graph.OnnxProvenance;
import org.grokfast.onnx.graph.RuntimeOps;
import org.grokfast.onnx.graph.StateEntry;
import org.grokfast.onnx.graph.StateList;
import org.grokfast.onnx.graph.TensorType;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.rewrite.coverage.Coverage;

/**
 * What is in an ONNX training graph, as far as it can be told without running it.
 *
 * @param summary the model as a whole
 * @param inputs the inputs of the graph, in its order
 * @param sites where gradients reach updates; of a rewritten model, as they were before
 * @param misses what looks like such a place but can't be filtered
 * @param coverage what becomes of everything that a step changes with its data
 * @param filters the filters that were inserted
 * @param states the state that the filters keep
 */
public record OnnxInspection(
    Summary summary,
    List<Input> inputs,
    List<UpdateSite> sites,
    List<NearMiss> misses,
    Coverage coverage,
    List<String> filters,
    List<StateEntry> states) {

  /** Makes the lists immutable. */
  public OnnxInspection {
    inputs = List.copyOf(inputs);
    sites = List.copyOf(sites);
    misses = List.copyOf(misses);
    filters = List.copyOf(filters);
    states = List.copyOf(states);
  }

  /**
   * The model as a whole.
   *
   * @param bytes its size as a message, without external data
   * @param irVersion the version of the format
   * @param producer the program that wrote it, with its version
   * @param opsets the versions of the imported domains; the default domain is the empty name
   * @param nodes the number of nodes in the main graph
   * @param inserted how many were inserted, there and in the algorithms of {@code training_info}
   * @param functions the number of functions
   */
  public record Summary(
      long bytes,
      long irVersion,
      String producer,
      Map<String, Long> opsets,
      int nodes,
      int inserted,
      int functions) {
    /** Makes the map immutable. */
    public Summary {
      opsets = Map.copyOf(opsets);
    }
  }

  /**
   * An input of the graph.
   *
   * @param name its name
   * @param dtype the type of its elements; empty where it is no tensor
   * @param shape its dimensions, -1 where one is unknown; empty where their number is unknown
   * @param role {@code trained}, {@code state} of the optimizer, {@code filter} state, or {@code
   *     data}
   */
  public record Input(String name, String dtype, Optional<List<Long>> shape, String role) {}

  /**
   * Looks at a model.
   *
   * @throws org.grokfast.rewrite.GraphRewriteException if the model is malformed
   */
  public static OnnxInspection of(ModelProto model) {
    ModelProto original = OnnxStripper.isRewritten(model) ? OnnxStripper.apply(model) : model;
    OnnxSites sites = new OnnxSites();
    TrainingModel indexed = sites.indexed(original);
    List<Finding> findings = sites.find(indexed);
    return of(model, original, findings, OnnxCoverage.of(indexed, findings));
  }

  /** Looks at artifacts: at their training model. */
  public static OnnxInspection of(OrtArtifacts artifacts) {
    OrtArtifacts original =
        ArtifactsRewriter.isRewritten(artifacts) ? ArtifactsRewriter.strip(artifacts) : artifacts;
    List<Finding> findings = ArtifactsRewriter.find(original);
    return of(
        artifacts.training().model(),
        original.training().model(),
        findings,
        OnnxCoverage.of(original, findings));
  }

  private static OnnxInspection of(
      ModelProto model, ModelProto original, List<Finding> findings, Coverage coverage) {
    List<UpdateSite> sites = new ArrayList<>();
    List<NearMiss> misses = new ArrayList<>();
    for (Finding finding : findings) {
      if (finding instanceof UpdateSite site) {
        sites.add(site);
      } else if (finding instanceof NearMiss miss) {
        misses.add(miss);
      }
    }
    List<StateEntry> states = StateList.of(model);
    return new OnnxInspection(
        summary(model),
        inputs(model, original, sites, states),
        sites,
        misses,
        coverage,
        OnnxProvenance.text(model.getMetadataPropsList(), OnnxProvenance.FILTER).stream().toList(),
        states);
  }

  private static Summary summary(ModelProto model) {
    Map<String, Long> opsets = new HashMap<>();
    for (OperatorSetIdProto entry : model.getOpsetImportList()) {
      opsets.put(entry.getDomain(), entry.getVersion());
    }
    List<NodeProto> nodes = model.getGraph().getNodeList();
    Stream<NodeProto> algorithms =
        model.getTrainingInfoList().stream()
            .flatMap(training -> training.getAlgorithm().getNodeList().stream());
    return new Summary(
        model.getSerializedSize(),
        model.getIrVersion(),
        (model.getProducerName() + " " + model.getProducerVersion()).strip(),
        opsets,
        nodes.size(),
        (int) Stream.concat(nodes.stream(), algorithms).filter(OnnxProvenance::isInserted).count(),
        model.getFunctionsCount());
  }

  private static List<Input> inputs(
      ModelProto model, ModelProto original, List<UpdateSite> sites, List<StateEntry> states) {
    Set<String> trained = new HashSet<>();
    sites.forEach(site -> trained.add(site.variable().name()));
    Set<String> filter = new HashSet<>();
    states.forEach(entry -> filter.add(entry.input()));
    CarriedPairs pairs = new CarriedPairs(new OnnxGraph(original.getGraph()), Map.of());
    List<Input> inputs = new ArrayList<>();
    for (ValueInfoProto info : model.getGraph().getInputList()) {
      String name = info.getName();
      TensorType type = TensorType.of(info.getType());
      DataType dtype = DataType.forNumber(type.type());
      boolean carried = pairs.isInput(name) || name.endsWith(RuntimeOps.BUFFER);
      String role = carried ? "state" : "data";
      role = trained.contains(name) ? "trained" : role;
      inputs.add(
          new Input(
              name,
              dtype == null || type.type() == 0 ? "" : DataTypes.label(dtype),
              type.shape(),
              filter.contains(name) ? "filter" : role));
    }
    return inputs;
  }
}
