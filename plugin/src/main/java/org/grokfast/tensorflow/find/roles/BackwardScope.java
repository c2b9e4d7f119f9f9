package org.grokfast.tensorflow.find.roles;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.grokfast.tensorflow.find.flow.InlinedFlow;
import org.grokfast.tensorflow.graph.OpTable;

/** The scope of a backward pass in a name: no ground to take a tensor, but evidence. */
public final class BackwardScope {
  private static final Set<String> PASSING = Set.of("Identity", "IdentityN", OpTable.ARGUMENT);

  private BackwardScope() {}

  /** The scope that a tensor, or what hands it on, is named in; empty where it is none such. */
  public static Optional<String> of(InlinedFlow flow, int tensor) {
    int at = tensor;
    while (flow.producers(at).length == 1 && PASSING.contains(flow.op(at))) {
      at = flow.producers(at)[0];
    }
    List<String> scopes = List.of(flow.name(at).split("/", -1));
    return Stream.of("gradient_tape", "gradients").filter(scopes::contains).findFirst();
  }
}
