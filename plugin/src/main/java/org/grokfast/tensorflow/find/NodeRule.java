package org.grokfast.tensorflow.find;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.grokfast.rewrite.CallPath;
import org.grokfast.rewrite.Finding;
import org.grokfast.rewrite.SiteRule;
import org.grokfast.tensorflow.graph.FunctionBody;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.Program;

/** A rule that knows an update by the one node that makes it. */
interface NodeRule extends SiteRule<Program> {

  /** What a node is to this rule; empty if it is nothing of its kind. */
  Optional<Finding> examine(GraphIndex graph, int id);

  @Override
  default List<Finding> find(Program program) {
    List<Finding> found = new ArrayList<>(examineAll(program.main()));
    for (FunctionBody body : program.functions().values()) {
      List<Finding> inside = examineAll(body.graph());
      if (!inside.isEmpty()) {
        CallPath place = program.place(body);
        inside.forEach(finding -> found.add(finding.at(place)));
      }
    }
    return found;
  }

  private List<Finding> examineAll(GraphIndex graph) {
    return IntStream.range(0, graph.size())
        .mapToObj(id -> examine(graph, id))
        .flatMap(Optional::stream)
        .toList();
  }
}
