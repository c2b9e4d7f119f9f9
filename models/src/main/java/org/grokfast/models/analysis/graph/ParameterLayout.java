package org.grokfast.models.analysis.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where each parameter stands in the vector of all of them.
 *
 * @param parameters in the order of the graph
 */
public record ParameterLayout(List<Parameter> parameters) {

  /**
   * A variable.
   *
   * @param name the variable's
   * @param shape its dimensions
   * @param offset the place of its first number
   */
  public record Parameter(String name, List<Integer> shape, int offset) {

    /** Takes a copy of the shape. */
    public Parameter {
      shape = List.copyOf(shape);
    }

    /** How many numbers it has. */
    public int size() {
      return shape.stream().mapToInt(Integer::intValue).reduce(1, (a, b) -> a * b);
    }

    /** The layer: the name up to its last slash, or all of it. */
    public String layer() {
      int slash = name.lastIndexOf('/');
      return slash < 0 ? name : name.substring(0, slash);
    }

    /** Its part of a vector, as a matrix by row; a vector is one row. */
    public double[][] matrix(double[] vector) {
      int columns = shape.isEmpty() ? 1 : shape.get(shape.size() - 1);
      double[][] rows = new double[columns == 0 ? 0 : size() / columns][columns];
      for (int i = 0; i < rows.length; i++) {
        System.arraycopy(vector, offset + i * columns, rows[i], 0, columns);
      }
      return rows;
    }
  }

  /** Takes a copy. */
  public ParameterLayout {
    parameters = List.copyOf(parameters);
  }

  /** How many numbers all parameters have. */
  public int size() {
    if (parameters.isEmpty()) {
      return 0;
    }
    Parameter last = parameters.get(parameters.size() - 1);
    return last.offset() + last.size();
  }

  /** The parameters by layer, in the order of the graph. */
  public Map<String, List<Parameter>> layers() {
    Map<String, List<Parameter>> layers = new LinkedHashMap<>();
    parameters.forEach(p -> layers.computeIfAbsent(p.layer(), name -> new ArrayList<>()).add(p));
    return layers;
  }

  /** The Euclidean norm of some parameters' parts of a vector. */
  public static double norm(List<Parameter> parameters, double[] vector) {
    double squares = 0;
    for (Parameter parameter : parameters) {
      for (int i = parameter.offset(); i < parameter.offset() + parameter.size(); i++) {
        squares += vector[i] * vector[i];
      }
    }
    return Math.sqrt(squares);
  }
}
