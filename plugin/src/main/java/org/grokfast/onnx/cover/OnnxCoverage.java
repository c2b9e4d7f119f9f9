package org.grokfast.onnx.cover;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.grokfast.onnx.file.Checkpoint;
import org.grokfast.onnx.file.OrtArtifacts;
import org.grokfast.onnx.find.step.TrainingModel;
import org.grokfast.onnx.graph.GraphLocation;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.graph.RuntimeOps;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.NearMiss;
import org.grokfast.rewrite.UpdateSite;
import org.grokfast.rewrite.coverage.Coverage;
import org.grokfast.rewrite.coverage.Fate;
import org.grokfast.rewrite.coverage.Reason;
import org.grokfast.rewrite.coverage.VariableFate;

/** What becomes of everything that an ONNX training graph changes with its data. */
public final class OnnxCoverage {
  private OnnxCoverage() {}

  /**
   * The coverage of a model: its own graph and the algorithms of its {@code training_info}.
   *
   * @param findings what the rules found in it
   */
  public static Coverage of(TrainingModel model, List<Finding> findings) {
    Map<String, VariableFate> fates = new LinkedHashMap<>();
    new StepCoverage(model, findings).fates().forEach(each -> fates.put(each.variable(), each));
    for (int i = 0; i < model.trainingInfo().size(); i++) {
      new AlgorithmCoverage(
              model.trainingInfo().get(i), model.graph(), GraphLocation.algorithm(i), findings)
          .fates()
          .forEach(each -> fates.merge(each.variable(), each, OnnxCoverage::worse));
    }
    return new Coverage(List.copyOf(fates.values()));
  }

  /** Of two fates of one variable, the one that has to be named. */
  private static VariableFate worse(VariableFate a, VariableFate b) {
    return b.fate().compareTo(a.fate()) > 0 ? b : a;
  }

  /** The coverage of artifacts: what the checkpoint trains, against what enters the buffers. */
  public static Coverage of(OrtArtifacts artifacts, List<Finding> findings) {
    OnnxGraph graph = new OnnxGraph(artifacts.training().model().getGraph());
    List<VariableFate> fates = new ArrayList<>();
    Set<String> done = new HashSet<>();
    for (Finding finding : findings) {
      if (finding instanceof UpdateSite site && done.add(site.variable().name())) {
        fates.add(
            new VariableFate(
                site.variable().name(), Fate.FILTERED, site.anchor(), site.evidence().text()));
      }
    }
    for (int id = 0; id < graph.size(); id++) {
      NodeProto node = graph.node(id);
      String parameter = buffered(node);
      if (!parameter.isEmpty() && done.add(parameter)) {
        fates.add(
            new VariableFate(
                parameter, Fate.UNFILTERED, graph.label(id), said(findings, graph.label(id))));
      }
    }
    for (Checkpoint.Entry entry : artifacts.checkpoint().trained()) {
      if (done.add(entry.name())) {
        fates.add(
            new VariableFate(
                entry.name(),
                Fate.UNDECIDED,
                "checkpoint",
                Reason.of(
                    "the checkpoint lists it among the trained tensors, but no gradient of it is"
                        + " accumulated",
                    "write all artifacts again")));
      }
    }
    return new Coverage(fates);
  }

  private static String buffered(NodeProto node) {
    boolean accumulates =
        node.getOpType().equals(RuntimeOps.ACCUMULATOR)
            && node.getDomain().equals(RuntimeOps.DOMAIN)
            && node.getInputCount() > 0;
    String buffer = accumulates ? node.getInput(0) : "";
    return buffer.endsWith(RuntimeOps.BUFFER)
        ? buffer.substring(0, buffer.length() - RuntimeOps.BUFFER.length())
        : buffer;
  }

  private static Reason said(List<Finding> findings, String node) {
    return findings.stream()
        .filter(NearMiss.class::isInstance)
        .map(NearMiss.class::cast)
        .filter(miss -> miss.node().equals(node))
        .map(NearMiss::reason)
        .findFirst()
        .orElse(Reason.of("its gradient is not filtered"));
  }
}
