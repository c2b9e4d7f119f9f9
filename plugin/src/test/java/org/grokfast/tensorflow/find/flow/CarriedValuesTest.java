package org.grokfast.tensorflow.find.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.grokfast.rules.GraphText;
import org.grokfast.tensorflow.UpdateSites;
import org.grokfast.tensorflow.graph.Program;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.grokfast.tensorflow.rules.GraphDefText;
import org.junit.jupiter.api.Test;

class CarriedValuesTest {
  /** A graph that no reader has checked; the search would go round for ever. */
  @Test
  void anExitOfACycleThatIsNoLoopEndsTheSearch() {
    String text =
        """
        x = Placeholder
        into = Enter(x) {frame_name=loop}
        turn = Merge(into, next)
        next = NextIteration(turn)
        one = Identity(other)
        other = Identity(one)
        out = Exit(one)
        """;

    assertThat(
            UpdateSites.find(Program.of(GraphParts.of(GraphDefText.parse(GraphText.parse(text))))))
        .isEmpty();
  }
}
