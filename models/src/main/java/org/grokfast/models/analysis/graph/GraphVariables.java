package org.grokfast.models.analysis.graph;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.LongStream;
import org.grokfast.models.TrainingException;
import org.grokfast.models.analysis.graph.ParameterLayout.Parameter;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Output;
import org.tensorflow.op.core.Variable;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;

/** The variables of a model's graph, which has no optimizer: all of them are parameters. */
final class GraphVariables {
  private GraphVariables() {}

  /**
   * Finds them, in the order of the graph.
   *
   * @throws TrainingException if one isn't float32
   */
  static List<Output<TFloat32>> of(Graph graph) {
    List<Output<TFloat32>> found = new ArrayList<>();
    Iterator<GraphOperation> operations = graph.operations();
    while (operations.hasNext()) {
      GraphOperation operation = operations.next();
      if (operation.type().equals(Variable.OP_NAME)) {
        DataType type = operation.output(0).dataType();
        if (type != DataType.DT_FLOAT_REF && type != DataType.DT_FLOAT) {
          throw new TrainingException(
              "the variable "
                  + operation.name()
                  + " is "
                  + type
                  + "; the analysis expects float32 parameters");
        }
        found.add(operation.output(0));
      }
    }
    return found;
  }

  /** Where they stand in a vector, in their order. */
  static ParameterLayout layout(List<Output<TFloat32>> variables) {
    List<Parameter> parameters = new ArrayList<>();
    int offset = 0;
    for (Output<TFloat32> variable : variables) {
      List<Integer> shape =
          LongStream.of(variable.shape().asArray()).mapToObj(Math::toIntExact).toList();
      Parameter parameter = new Parameter(variable.op().name(), shape, offset);
      parameters.add(parameter);
      offset = Math.addExact(offset, parameter.size());
    }
    return new ParameterLayout(parameters);
  }
}
