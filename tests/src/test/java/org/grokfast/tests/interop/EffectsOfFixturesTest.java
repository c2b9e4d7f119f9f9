package org.grokfast.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.grokfast.filter.Ema;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.file.GraphFile;
import org.grokfast.tensorflow.file.GraphFileReader;
import org.grokfast.tensorflow.inspect.GraphInspection;
import org.grokfast.tensorflow.inspect.Hazard;
import org.grokfast.tensorflow.inspect.Hazard.Kind;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What training graphs of Python's TensorFlow do outside of themselves: nothing unasked. */
@Tag("native")
class EffectsOfFixturesTest {
  private static final Set<Kind> EFFECTS =
      EnumSet.of(
          Kind.FILE_ACCESS,
          Kind.NETWORK,
          Kind.FOREIGN_CODE,
          Kind.ENDS_PROCESS,
          Kind.UNKNOWN_EFFECT);

  static Stream<Fixture> fixtures() {
    return Fixture.all().stream();
  }

  private static List<Hazard> effects(GraphFile file) {
    return GraphInspection.of(file).hazards().stream()
        .filter(hazard -> EFFECTS.contains(hazard.kind()))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void aTrainingGraphAndItsSaversHaveNone(Fixture fixture) {
    assertThat(effects(new GraphFileReader().read(fixture.path()))).isEmpty();
  }

  static Stream<Fixture> rewritable() {
    return InteropTest.rewritable();
  }

  @ParameterizedTest
  @MethodSource("rewritable")
  void neitherHasTheRewrittenGraph(Fixture fixture) {
    GraphFile file = new GraphFileReader().read(fixture.path());
    assertThat(
            effects(file.withGraph(new GraphRewriter(Ema.of(0.9, 2)).apply(file.graph()).graph())))
        .isEmpty();
  }
}
