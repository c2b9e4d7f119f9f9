package org.grokfast.tensorflow.inspect;

import java.util.Optional;
import java.util.OptionalInt;
import org.grokfast.tensorflow.edit.SelfWrites;
import org.grokfast.tensorflow.edit.UpdateNode;
import org.grokfast.tensorflow.file.GraphFile;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.Program;
import org.grokfast.tensorflow.nodes.GraphParts;

/** Finds what makes a trained variable out of itself beside its update, as clipping of weights. */
public final class SelfWriters {
  private SelfWriters() {}

  /** The first such write and its variable, as the subject of a sentence and its object. */
  public static Optional<String> first(GraphFile file) {
    Program program = Program.of(GraphParts.of(file.graph()));
    for (GraphInspection.Site site : GraphInspection.of(file).sites()) {
      GraphIndex place = program.graph(site.update().function());
      OptionalInt update = UpdateNode.of(place, site.update()).id();
      String variable = site.update().variable().name();
      Optional<String> other =
          SelfWrites.of(place, variable, update.orElse(-1)).stream().findFirst();
      if (other.isPresent()) {
        return Optional.of("'" + other.get() + "' makes '" + variable + "' out of itself");
      }
    }
    return Optional.empty();
  }
}
