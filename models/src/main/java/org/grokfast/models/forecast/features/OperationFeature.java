package org.grokfast.models.forecast.features;

import java.util.List;

/**
 * Whether the run learns an operation: 1 or 0. All are 0 for an operation that has no such feature.
 *
 * @param operation its name on the command line
 */
record OperationFeature(String operation) implements Feature {
  static final List<Feature> ALL =
      List.of(
          new OperationFeature("add"),
          new OperationFeature("sub"),
          new OperationFeature("mul"),
          new OperationFeature("div"),
          new OperationFeature("x2xyy2"),
          new OperationFeature("x3xy"));

  @Override
  public String name() {
    return "operation-" + operation;
  }

  @Override
  public String about() {
    return "1 if the operation is " + operation + ", otherwise 0";
  }

  @Override
  public double of(EarlyRun run) {
    return operation.equals(run.settings().get("operation")) ? 1 : 0;
  }
}
