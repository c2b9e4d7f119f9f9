package org.grokfast.tensorflow.emit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.rewrite.GradientEdge;
import org.grokfast.tensorflow.edit.GraphEdit;
import org.grokfast.tensorflow.edit.MovedUpdate;
import org.grokfast.tensorflow.graph.Program;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.nodes.EditedNodes;
import org.grokfast.tensorflow.nodes.FunctionParts;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.grokfast.tensorflow.nodes.NodeList;
import org.tensorflow.proto.NodeDef;

/** Changes to a main graph and to the functions that it calls. */
public final class ProgramEdit {
  private final Program program;
  private final GraphEdit main;
  private final Map<String, GraphEdit> functions = new LinkedHashMap<>();

  public ProgramEdit(Program program) {
    this.program = program;
    this.main = new GraphEdit(program.main());
  }

  public Program program() {
    return program;
  }

  /** The changes to a function; to the main graph for an empty name. */
  public GraphEdit at(String function) {
    return function.isEmpty()
        ? main
        : functions.computeIfAbsent(function, name -> new GraphEdit(program.graph(name)));
  }

  /** Makes the edges of a plan take the filtered gradients. */
  public void redirect(Emission emission) {
    emission
        .redirectionsByFunction()
        .forEach(
            (function, redirections) ->
                redirections.forEach((edge, tensor) -> redirect(at(function), edge, tensor)));
  }

  private static void redirect(GraphEdit edit, GradientEdge edge, String tensor) {
    edit.change(
        edit.graph().id(edge.node()),
        node ->
            node.setInput(
                edge.input(), TensorName.spelledLike(node.getInput(edge.input()), tensor)));
  }

  /** The graph with the changes and with what is inserted behind what was there. */
  public GraphParts apply(Emission emission) {
    GraphParts graph = program.main().parts().withNodes(main.apply(added("", emission)));
    if (functions.isEmpty() && emission.functions().isEmpty()) {
      return graph;
    }
    List<FunctionParts> library = new ArrayList<>(graph.functions());
    library.replaceAll(
        function ->
            functions.containsKey(function.name())
                    || emission.functions().containsKey(function.name())
                ? changed(function.name(), emission)
                : function);
    return graph.withFunctions(library);
  }

  /** A function with the changes and with what is inserted. */
  public FunctionParts changed(String function, Emission emission) {
    return program.functions().get(function).with(at(function).apply(added(function, emission)));
  }

  /** What is inserted into a place, and the updates that move there. */
  private NodeList added(String function, Emission emission) {
    NodeList inserted =
        function.isEmpty() || emission.functions().containsKey(function)
            ? emission.at(function).nodes()
            : NodeList.of(List.of());
    GraphEdit edit = at(function);
    for (Emission.Delay delay : emission.delays(function)) {
      edit.addControlInput(edit.graph().id(delay.node()), delay.before());
    }
    emission.replacements(function).forEach(replacement -> replacement.apply(edit));
    List<NodeDef> moved = new ArrayList<>();
    for (MovedUpdate move : emission.moves(function)) {
      moved.add(move.apply(edit));
    }
    return EditedNodes.adding(inserted, Map.of(), moved);
  }
}
