package org.grokfast.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.grokfast.tensorflow.file.GraphFileReader;
import org.grokfast.tensorflow.inspect.GraphInspection;
import org.grokfast.tensorflow.inspect.Hazard;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Inspection says why a SavedModel that Python trains can't be trained elsewhere. */
class UnrestoredVariablesTest {
  static Stream<Fixture> trainable() {
    return Fixture.all().stream().filter(Fixture::trainsInJava);
  }

  private static List<Hazard> hazards(Fixture fixture) {
    return GraphInspection.of(new GraphFileReader().read(fixture.path())).hazards().stream()
        .filter(hazard -> hazard.kind() == Hazard.Kind.UNRESTORED_VARIABLE)
        .toList();
  }

  @Test
  void variablesSavedUnderTwoHandlesAreNamedWithTheOther() {
    Fixture tracked =
        Fixture.all().stream()
            .filter(fixture -> fixture.name().equals("k3_adam_tracked"))
            .findFirst()
            .orElseThrow();
    List<Hazard> hazards = hazards(tracked);
    assertThat(hazards)
        .extracting(Hazard::node)
        .containsExactlyInAnyOrder(
            "adam/iteration",
            "adam/learning_rate",
            "adam/w_0_momentum",
            "adam/w_0_velocity",
            "adam/b_0_momentum",
            "adam/b_0_velocity");
    assertThat(hazards)
        .filteredOn(hazard -> hazard.node().equals("adam/iteration"))
        .extracting(Hazard::text)
        .containsExactly(
            "is used by a function, but neither initialised nor restored (a variable like it is,"
                + " 'Variable_5'); TensorFlow Java and tf.compat.v1 will not find it. Python saved"
                + " one variable under two handles: track the optimizer's variables, not the"
                + " optimizer, and save again");
  }

  @ParameterizedTest
  @MethodSource("trainable")
  void aGraphThatTrainsHasNone(Fixture fixture) {
    assertThat(hazards(fixture)).isEmpty();
  }
}
