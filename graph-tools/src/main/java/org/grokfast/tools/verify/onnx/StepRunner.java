package org.grokfast.tools.verify.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.util.Map;

/** Trains the models of a comparison. */
interface StepRunner {

  /** Sees what a step gives; the tensors are valid until it returns. */
  interface Observer {
    /** Takes the outputs and the inputs of a step, counted from 0. */
    void step(int number, Map<String, OnnxTensor> values) throws OrtException;
  }

  /** Trains the original and returns its parameters. */
  Map<String, double[]> original() throws OrtException;

  /**
   * Trains the rewritten model and returns its parameters.
   *
   * @param amplified whether lamb is left as it is, or set to zero
   */
  Map<String, double[]> rewritten(boolean amplified, Observer observer) throws OrtException;
}
