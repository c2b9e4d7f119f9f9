package org.grokfast.onnx.training;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.Overwrite;
import org.grokfast.onnx.file.OnnxFile;
import org.grokfast.onnx.file.OnnxReader;
import org.grokfast.onnx.file.OnnxValidator;
import org.grokfast.onnx.file.OnnxWriter;
import org.grokfast.rewrite.PassVersion;

/**
 * The file of carried values: an ONNX model without nodes, whose initializers they are, so that
 * every tool for ONNX reads it. Elements are raw and little-endian.
 */
final class SavedValues {
  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;

  private static final String PREFIX = "ONNX_TENSOR_ELEMENT_DATA_TYPE_";

  private SavedValues() {}

  /**
   * What a file should hold.
   *
   * @param info type and shape
   * @param optional whether it may be missing
   */
  record Expected(TensorInfo info, boolean optional) {}

  static void write(Path file, Map<String, OnnxTensor> values) {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("training state");
    values.forEach((name, tensor) -> graph.addInitializer(proto(name, tensor)));
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName(PassVersion.text())
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
            .setGraph(graph)
            .build();
    OnnxWriter.write(
        new OnnxFile(file.toString(), model, Optional.of(file)), file, Overwrite.REPLACE);
  }

  private static TensorProto proto(String name, OnnxTensor tensor) {
    TensorInfo info = tensor.getInfo();
    TensorProto.Builder proto =
        TensorProto.newBuilder().setName(name).setDataType(type(info).getNumber());
    for (long dimension : info.getShape()) {
      proto.addDims(dimension);
    }
    return proto.setRawData(ByteString.copyFrom(tensor.getByteBuffer())).build();
  }

  /** Reads what is expected; all tensors are checked before the first is made. */
  static Map<String, OnnxTensor> read(
      Path file, OrtEnvironment environment, Map<String, Expected> expected) throws OrtException {
    OnnxFile saved = new OnnxReader().read(file);
    OnnxValidator.validate(saved);
    Map<String, TensorProto> stored = new LinkedHashMap<>();
    saved.model().getGraph().getInitializerList().forEach(t -> stored.put(t.getName(), t));
    expected.forEach((name, what) -> check(file, name, what, stored.get(name)));
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, Expected> entry : expected.entrySet()) {
      TensorProto proto = stored.get(entry.getKey());
      if (proto != null) {
        tensors.put(
            entry.getKey(),
            TensorBytes.of(
                environment,
                entry.getValue().info().type,
                shape(proto),
                proto.getRawData().asReadOnlyByteBuffer()));
      }
    }
    return tensors;
  }

  private static void check(Path file, String name, Expected expected, TensorProto stored) {
    if (stored == null && !expected.optional()) {
      throw new GraphFileException(
          file
              + ": holds no tensor '"
              + name
              + "', which the model carries. Give the file that was saved with this model.");
    }
    if (stored != null
        && (stored.getDataType() != type(expected.info()).getNumber()
            || !stored.hasRawData()
            || !TensorInfos.fits(expected.info(), shape(stored)))) {
      throw new GraphFileException(
          file
              + ": tensor '"
              + name
              + "' is "
              + DataType.forNumber(stored.getDataType())
              + " "
              + stored.getDimsList()
              + ", but the model takes "
              + TensorInfos.text(expected.info())
              + ". Give the file that was saved with this model.");
    }
  }

  /** The runtime's enum has numbers of its own, but the names of the format. */
  private static DataType type(TensorInfo info) {
    return DataType.valueOf(info.onnxType.name().substring(PREFIX.length()));
  }

  private static long[] shape(TensorProto proto) {
    return proto.getDimsList().stream().mapToLong(Long::longValue).toArray();
  }
}
