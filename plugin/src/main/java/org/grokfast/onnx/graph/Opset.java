package org.grokfast.onnx.graph;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;

/**
 * The version of the default domain for which nodes are emitted.
 *
 * @param version the version
 * @param added whether the model does not import the domain, so that it has to be added
 */
public record Opset(long version, boolean added) {
  /** The newest version of the default domain that the releases of each IR version had. */
  private static final long[] BY_IR = {0, 0, 0, 8, 9, 10, 11, 14, 18, 20, 22, 23, 24, 25};

  public static Opset of(ModelProto model) {
    for (OperatorSetIdProto entry : model.getOpsetImportList()) {
      if (entry.getDomain().isEmpty() || entry.getDomain().equals("ai.onnx")) {
        return new Opset(entry.getVersion(), false);
      }
    }
    int ir = (int) Math.min(model.getIrVersion(), BY_IR.length - 1);
    return new Opset(BY_IR[ir], true);
  }
}
