package org.grokfast.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.grokfast.filter.Ema;
import org.grokfast.io.Overwrite;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.file.GraphFile;
import org.grokfast.tensorflow.file.GraphFileReader;
import org.grokfast.tensorflow.file.GraphFileWriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.SavedModelBundle;

/** SavedModel folders, rewritten as files and loaded with the variables that they came with. */
@Tag("native")
class RewrittenSavedModelTest {
  @TempDir Path folder;

  static Stream<Fixture> savedModels() {
    return Fixture.all().stream().filter(fixture -> fixture.form().equals("savedmodel_v1"));
  }

  @ParameterizedTest
  @MethodSource("savedModels")
  void aRewrittenFolderLoadsAndTrainsToTheExpectedWeights(Fixture fixture) {
    GraphFile file = new GraphFileReader().read(fixture.path());
    Path target = folder.resolve("rewritten");
    GraphFileWriter.write(
        file.withGraph(new GraphRewriter(Ema.of(0.9, 2)).apply(file.graph()).graph()),
        target,
        Overwrite.REFUSE);
    String[] tags =
        file.metaGraph().orElseThrow().getMetaInfoDef().getTagsList().toArray(new String[0]);
    try (SavedModelBundle bundle = SavedModelBundle.load(target.toString(), tags)) {
      Map<String, double[]> weights = FixtureRun.train(fixture, bundle.session());
      for (Fixture.Weights variable : fixture.weights()) {
        double[] expected = variable.expected("ema");
        for (int i = 0; i < expected.length; i++) {
          assertThat(weights.get(variable.name())[i])
              .as("%s, element %d", variable.name(), i)
              .isCloseTo(expected[i], within(fixture.tolerance()));
        }
      }
    }
  }
}
