package org.grokfast.tensorflow.find;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.grokfast.rewrite.Finding;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.Program;

/** A rule that knows an update by the one node that makes it. */
interface NodeRule extends SiteRule {

  /** What a node is to this rule; empty if it is nothing of its kind. */
  Optional<Finding> examine(GraphIndex graph, int id);

  @Override
  default Map<String, List<Finding>> find(Program program) {
    Map<String, List<Finding>> found = new HashMap<>();
    found.put(Program.MAIN, find(program.main()));
    program.functions().forEach((name, body) -> found.put(name, find(body.graph())));
    return found;
  }

  private List<Finding> find(GraphIndex graph) {
    return IntStream.range(0, graph.size())
        .mapToObj(id -> examine(graph, id))
        .flatMap(Optional::stream)
        .toList();
  }
}
