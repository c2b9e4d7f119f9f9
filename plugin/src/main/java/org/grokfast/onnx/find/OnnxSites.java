package org.grokfast.onnx.find;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.grokfast.onnx.find.step.TrainingModel;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.GraphRewriteException;

/** Runs the rules of all forms on a model. */
public final class OnnxSites {
  private final Map<String, String> gradients;
  private final Map<String, String> updates;

  /** What the rules find by themselves. */
  public OnnxSites() {
    this(Map.of(), Map.of());
  }

  /**
   * The same, with what the user knows better.
   *
   * @param gradients gradient tensors by parameter
   * @param updates outputs by parameter
   */
  public OnnxSites(Map<String, String> gradients, Map<String, String> updates) {
    this.gradients = new TreeMap<>(gradients);
    this.updates = Collections.unmodifiableMap(new TreeMap<>(updates));
  }

  /** The outputs that the user named, by parameter. */
  public Map<String, String> updates() {
    return updates;
  }

  /**
   * What is found, in a fixed order.
   *
   * @throws GraphRewriteException if a name by hand is not in the model
   */
  public List<Finding> find(ModelProto model) {
    return find(indexed(model));
  }

  /**
   * A model with its indices.
   *
   * @throws GraphRewriteException if an update by hand is not in the model
   */
  public TrainingModel indexed(ModelProto model) {
    return TrainingModel.of(model, gradients, updates);
  }

  /** What is found in a model with its indices; throws as the other. */
  public List<Finding> find(TrainingModel indexed) {
    List<Finding> found = new ArrayList<>();
    Rules.ALL.forEach(rule -> found.addAll(rule.find(indexed)));
    return SharedEdges.resolve(found);
  }
}
