package org.grokfast.onnx.training;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.grokfast.io.NearestName;
import org.grokfast.onnx.CarriedValue;
import org.grokfast.rewrite.GraphRewriteException;

/**
 * The tensors that the next step is fed. They belong to the result of the last step, or to this
 * where they were set; either are closed when the next step has replaced them.
 */
final class CarriedTensors implements AutoCloseable {
  private final String source;
  private final List<CarriedValue> carried;
  private final Map<String, TensorInfo> infos = new LinkedHashMap<>();
  private final Map<String, OnnxTensor> values = new HashMap<>();
  private final Map<String, OnnxTensor> given = new LinkedHashMap<>();
  private OrtSession.Result last;

  /**
   * Nothing set yet.
   *
   * @throws GraphRewriteException if a value does not go in and out of the session's graph
   */
  CarriedTensors(String source, OrtSession session, List<CarriedValue> carried)
      throws OrtException {
    this.source = source;
    this.carried = List.copyOf(carried);
    Map<String, NodeInfo> inputs = session.getInputInfo();
    Map<String, NodeInfo> outputs = session.getOutputInfo();
    for (CarriedValue value : this.carried) {
      infos.put(
          value.input(),
          requireCarriable(value, inputs.get(value.input()), outputs.get(value.output())));
    }
  }

  private TensorInfo requireCarriable(CarriedValue value, NodeInfo input, NodeInfo output) {
    if (input != null
        && output != null
        && input.getInfo() instanceof TensorInfo in
        && output.getInfo() instanceof TensorInfo out
        && in.onnxType == out.onnxType) {
      return in;
    }
    throw new GraphRewriteException(
        source
            + ": state '"
            + value.input()
            + "' is no tensor that goes in and out of the graph: it lies in a training_info, which"
            + " ONNX Runtime does not run, or in a checkpoint; train artifacts with"
            + " OrtTrainingSession");
  }

  List<CarriedValue> list() {
    return carried;
  }

  /** The tensors by input, in the model's order. */
  Map<String, OnnxTensor> values() {
    Map<String, OnnxTensor> ordered = new LinkedHashMap<>();
    for (String input : infos.keySet()) {
      if (values.containsKey(input)) {
        ordered.put(input, values.get(input));
      }
    }
    return ordered;
  }

  /** The inputs without a value yet. */
  Set<String> missing() {
    Set<String> names = new TreeSet<>(infos.keySet());
    names.removeAll(values.keySet());
    return names;
  }

  void requireSet() {
    if (!missing().isEmpty()) {
      throw new GraphRewriteException(
          source
              + ": no first value of "
              + missing()
              + "; set parameters with set, and optimizer state with set or setZero");
    }
  }

  /** Type and shape of an input. */
  TensorInfo info(String input) {
    TensorInfo info = infos.get(input);
    if (info == null) {
      throw new GraphRewriteException(
          "'"
              + input
              + "' is not carried from step to step"
              + NearestName.of(input, infos.keySet().stream())
                  .map(near -> "; did you mean '" + near + "'?")
                  .orElse("; give it to every step"));
    }
    return info;
  }

  /** Takes a tensor over. */
  void put(String input, OnnxTensor own) {
    OnnxTensor before = given.put(input, own);
    values.put(input, own);
    if (before != null) {
      before.close();
    }
  }

  /** Gives a filter's state its first value. */
  void startAfresh(OrtEnvironment environment, CarriedValue state) throws OrtException {
    String input = state.input();
    double initial = state.initial().orElseThrow();
    put(input, TensorBytes.filled(environment, input, info(input), initial));
  }

  /** Takes a step's result over and returns what of it is not carried. */
  Map<String, OnnxTensor> take(OrtSession.Result result) {
    Map<String, OnnxTensor> rest = new LinkedHashMap<>();
    for (Map.Entry<String, OnnxValue> entry : result) {
      if (entry.getValue() instanceof OnnxTensor tensor) {
        rest.put(entry.getKey(), tensor);
      }
    }
    for (CarriedValue value : carried) {
      values.put(value.input(), rest.remove(value.output()));
    }
    closeTensors();
    last = result;
    return rest;
  }

  private void closeTensors() {
    given.values().forEach(OnnxTensor::close);
    given.clear();
    if (last != null) {
      last.close();
      last = null;
    }
  }

  @Override
  public void close() {
    values.clear();
    closeTensors();
  }
}
