package org.grokfast.tensorflow.emit;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.grokfast.graph.NameAllocator;
import org.grokfast.tensorflow.graph.Program;

/** The nodes that are inserted into a main graph and into its functions. */
public final class Insertions {
  private final Program program;
  private final NodeEmitter main;
  private final Map<String, NodeEmitter> functions = new LinkedHashMap<>();

  /**
   * None yet.
   *
   * @param program what is inserted into
   * @param names names that are free in the main graph
   */
  Insertions(Program program, NameAllocator names) {
    this.program = program;
    this.main = new NodeEmitter(names);
  }

  /** The emitter of the main graph. */
  public NodeEmitter main() {
    return main;
  }

  /** The emitter of a function; of the main graph for an empty name. */
  public NodeEmitter at(String function) {
    return function.isEmpty()
        ? main
        : functions.computeIfAbsent(
            function, name -> NodeEmitter.forFunction(new NameAllocator(program.graph(name)::has)));
  }

  /** The emitters of functions that have been asked for. */
  public Map<String, NodeEmitter> functions() {
    return Collections.unmodifiableMap(functions);
  }
}
