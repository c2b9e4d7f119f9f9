package org.grokfast.onnx.file;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TrainingInfoProto;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.Quote;

/**
 * Checks the structure of a model that came from elsewhere: versions, unique names, single
 * assignment, the order of the nodes, stored tensors and the places of external data. Ops are not
 * known here; what they demand of their inputs is not checked.
 */
public final class OnnxValidator {
  /** The oldest version of the format that is read; older ones have no operator sets. */
  public static final long OLDEST_IR = 3;

  private OnnxValidator() {}

  /**
   * Checks a model.
   *
   * @throws GraphFileException at the first fault, with the node, tensor or field
   */
  public static void validate(OnnxFile file) {
    ModelProto model = file.model();
    String source = file.source();
    if (model.getIrVersion() < OLDEST_IR) {
      throw new GraphFileException(
          source
              + ": field ir_version is "
              + model.getIrVersion()
              + ", but "
              + OLDEST_IR
              + " or later is needed. Convert the model with onnx.version_converter.");
    }
    Map<String, Long> imports = imports(source, model.getOpsetImportList(), "opset_import");
    requireImports(source, imports, "opset_import");
    Tensors.forEach(model, tensor -> TensorCheck.check(source, tensor));
    ExternalData.of(file);
    Set<String> main = new HashSet<>();
    new GraphCheck(source, imports.keySet(), main).check(model.getGraph(), "the graph");
    int number = 0;
    for (TrainingInfoProto training : model.getTrainingInfoList()) {
      String place = "training_info[" + number++ + "]";
      Set<String> domains = imports.keySet();
      new GraphCheck(source, domains, new HashSet<>()).check(training.getInitialization(), place);
      // The algorithm may use what the graph computes.
      GraphCheck algorithm = new GraphCheck(source, domains, main);
      algorithm.check(training.getAlgorithm(), place);
      algorithm.forget();
    }
    functions(source, model);
  }

  private static void functions(String source, ModelProto model) {
    Set<String> names = new HashSet<>();
    for (FunctionProto function : model.getFunctionsList()) {
      String name = FunctionCalls.name(function);
      String place = "function " + Quote.name(name);
      if (!names.add(name)) {
        throw new GraphFileException(
            source + ": " + place + " is defined twice. Give each its own name.");
      }
      Map<String, Long> imports = imports(source, function.getOpsetImportList(), place);
      Set<String> inputs = new HashSet<>();
      for (String input : function.getInputList()) {
        if (!inputs.add(input)) {
          throw new GraphFileException(
              source + ": " + place + " has two inputs " + Quote.name(input) + ". Rename one.");
        }
      }
      new GraphCheck(source, imports.keySet(), inputs)
          .checkBody(function.getNodeList(), function.getOutputList(), place);
    }
    FunctionCalls.requireNoCycle(source, model);
  }

  private static void requireImports(String source, Map<String, Long> imports, String field) {
    if (imports.isEmpty()) {
      throw new GraphFileException(
          source + ": field " + field + " is empty, so no op has a meaning. Export it again.");
    }
  }

  private static Map<String, Long> imports(
      String source, List<OperatorSetIdProto> list, String place) {
    Map<String, Long> imports = new HashMap<>();
    for (OperatorSetIdProto entry : list) {
      String domain = GraphCheck.domain(entry.getDomain());
      if (imports.put(domain, entry.getVersion()) != null) {
        throw new GraphFileException(
            source
                + ": "
                + place
                + " imports the domain "
                + Quote.name(entry.getDomain())
                + " twice. Keep one version.");
      }
      if (entry.getVersion() < 1) {
        throw new GraphFileException(
            source
                + ": "
                + place
                + " imports version "
                + entry.getVersion()
                + " of the domain "
                + Quote.name(entry.getDomain())
                + "; versions start at 1. Export the model again.");
      }
    }
    return imports;
  }

  /** Checks one stored tensor. */
  private static final class TensorCheck {
    static void check(String source, TensorProto tensor) {
      long count = 1;
      for (long dimension : tensor.getDimsList()) {
        if (dimension < 0 || (dimension > 0 && count > Long.MAX_VALUE / 64 / dimension)) {
          throw new GraphFileException(
              source
                  + ": tensor "
                  + Quote.name(tensor.getName())
                  + " has dimensions "
                  + tensor.getDimsList().stream().limit(8).toList()
                  + ", of which one is negative or the product overflows. Export it again.");
        }
        count *= dimension;
      }
      int bytes = bytes(tensor);
      if (tensor.hasRawData() && bytes > 0 && tensor.getRawData().size() != count * bytes) {
        throw new GraphFileException(
            source
                + ": tensor "
                + Quote.name(tensor.getName())
                + " has "
                + tensor.getRawData().size()
                + " bytes of raw_data where its dimensions need "
                + count * bytes
                + ". Export it again.");
      }
    }

    private static int bytes(TensorProto tensor) {
      return switch (tensor.getDataType()) {
        case TensorProto.DataType.FLOAT_VALUE,
            TensorProto.DataType.INT32_VALUE,
            TensorProto.DataType.UINT32_VALUE ->
            4;
        case TensorProto.DataType.DOUBLE_VALUE,
            TensorProto.DataType.INT64_VALUE,
            TensorProto.DataType.UINT64_VALUE,
            TensorProto.DataType.COMPLEX64_VALUE ->
            8;
        case TensorProto.DataType.FLOAT16_VALUE,
            TensorProto.DataType.BFLOAT16_VALUE,
            TensorProto.DataType.INT16_VALUE,
            TensorProto.DataType.UINT16_VALUE ->
            2;
        case TensorProto.DataType.BOOL_VALUE,
            TensorProto.DataType.INT8_VALUE,
            TensorProto.DataType.UINT8_VALUE ->
            1;
        default -> 0;
      };
    }
  }
}
