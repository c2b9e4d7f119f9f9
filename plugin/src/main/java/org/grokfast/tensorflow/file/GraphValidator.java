package org.grokfast.tensorflow.file;

import org.grokfast.io.GraphFileException;
import org.grokfast.io.ReadLimits;
import org.grokfast.tensorflow.file.check.FunctionLibraryCheck;
import org.grokfast.tensorflow.file.check.NodeListCheck;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.tensorflow.proto.GraphDef;

/**
 * Checks the structure of a graph that comes from elsewhere, before anything else sees it:
 * TensorFlow's native library ends the process on some malformed graphs, so this is plain Java.
 *
 * <p>Checked are limits, node and function names, inputs that refer to something, cycles other than
 * those of while loops, functions that call themselves, and shapes. Time and memory are linear in
 * the graph's size, and nothing recurses over its depth.
 *
 * <p>Not checked, as op definitions are needed for it: ops that exist, the number and types of
 * inputs, and which attributes a node must have.
 */
public final class GraphValidator {
  private final ReadLimits limits;

  /** A validator with the default limits. */
  public GraphValidator() {
    this(ReadLimits.DEFAULTS);
  }

  /** A validator with limits. */
  public GraphValidator(ReadLimits limits) {
    this.limits = limits;
  }

  /**
   * Checks the graph of a file; of a SavedModel, the selected one.
   *
   * @throws GraphFileException naming the first thing that is wrong, with node and field
   */
  public void validate(GraphFile file) {
    validate(file.parts(), file.source());
  }

  /**
   * Checks a graph.
   *
   * @param source the graph's name for messages
   * @throws GraphFileException naming the first thing that is wrong, with node and field
   */
  public void validate(GraphDef graph, String source) {
    validate(GraphParts.of(graph), source);
  }

  private void validate(GraphParts graph, String source) {
    new LimitTally(source, limits).add(graph);
    new NodeListCheck(source, graph.nodes()).check();
    new FunctionLibraryCheck(source, graph.functions()).check();
  }
}
