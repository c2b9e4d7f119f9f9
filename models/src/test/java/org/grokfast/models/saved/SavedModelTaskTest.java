package org.grokfast.models.saved;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.grokfast.filter.Ema;
import org.grokfast.models.TrainingException;
import org.grokfast.models.optimizer.AdamOptions;
import org.grokfast.models.optimizer.OptimizerKind;
import org.grokfast.models.task.Batch;
import org.grokfast.models.task.Split;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.models.training.Runs;
import org.grokfast.models.training.Trainer;
import org.grokfast.models.training.TrainingResult;
import org.grokfast.models.training.files.MetricsFile;
import org.grokfast.models.training.files.MetricsRow;
import org.grokfast.models.tuning.Dimension;
import org.grokfast.models.tuning.SearchSpace;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

@Tag("native")
class SavedModelTaskTest {
  private static final Path MODEL =
      Path.of(System.getProperty("grokfast.root"), "models/src/test/resources/saved/step");
  private static final int EXAMPLES = 96;

  @TempDir Path folder;

  /** Whether the product of the first two of four random numbers is positive. */
  private static class Product extends SavedModelTask {
    Product(Signatures signatures) {
      super(MODEL, signatures);
    }

    @Override
    public String name() {
      return "product";
    }

    @Override
    public String title() {
      return "The sign of a product";
    }

    @Override
    public int examples(Split split) {
      return EXAMPLES;
    }

    @Override
    protected SortedMap<String, String> dataSettings() {
      return new TreeMap<>(Map.of("examples", Integer.toString(EXAMPLES)));
    }

    @Override
    protected Map<String, Tensor> inputs(Split split, int[] examples) {
      float[] x = new float[4 * examples.length];
      float[] y = new float[examples.length];
      for (int i = 0; i < examples.length; i++) {
        Random random = new Random(31L * examples[i] + (split == Split.TRAINING ? 0 : 1));
        for (int k = 0; k < 4; k++) {
          x[4 * i + k] = 2 * random.nextFloat() - 1;
        }
        y[i] = x[4 * i] * x[4 * i + 1] > 0 ? 1 : 0;
      }
      return Map.of(
          "x", TFloat32.tensorOf(Shape.of(examples.length, 4), DataBuffers.of(x, true, false)),
          "y", TFloat32.vectorOf(y));
    }
  }

  private static Product task() {
    return new Product(Signatures.OF_A_CLASSIFIER);
  }

  private static TrainingOptions.Builder options(int steps) {
    return TrainingOptions.builder()
        .optimizer(OptimizerKind.OWN)
        .batch(32)
        .steps(steps)
        .validateEvery(5)
        .checkpointEvery(10)
        .seed(3)
        .threads(1);
  }

  private List<MetricsRow> rows(String run, TrainingOptions options) throws IOException {
    Trainer.start(task(), options, folder.resolve(run)).run();
    return MetricsFile.read(folder.resolve(run).resolve("metrics.csv"));
  }

  @Test
  void theSavedOptimizerTrainsAndNothingIsUpdatedByValidation() throws Exception {
    List<MetricsRow> rows = rows("plain", options(400).stopEarly(false).build());
    assertThat(rows).hasSize(80);
    assertThat(rows.get(79).validationLoss()).isLessThan(0.5 * rows.get(0).validationLoss());
    assertThat(rows.get(79).validationAccuracy()).isGreaterThan(0.9);
    assertThat(rows.get(0).learningRate()).isNaN();
  }

  /** The losses of the steps are those of the signature, called by hand on the same batches. */
  @Test
  void anUnfilteredRunIsTheSignatureItself() throws Exception {
    List<MetricsRow> rows = rows("plain", options(9).validateEvery(1).build());
    Product task = task();
    int[] order = {};
    try (SavedModelBundle bundle = SavedModelBundle.load(MODEL.toString(), "serve")) {
      Session session = bundle.session();
      var orders = task.orders(3);
      for (int step = 0; step < 9; step++) {
        if (step % 3 == 0) {
          order = orders.next();
        }
        int[] examples = Arrays.copyOfRange(order, 32 * (step % 3), 32 * (step % 3 + 1));
        Session.Runner runner = session.runner().fetch("StatefulPartitionedCall:1");
        runner.fetch("StatefulPartitionedCall:0");
        try (Batch batch = task.batch(Split.TRAINING, examples)) {
          batch.inputs().forEach(runner::feed);
          try (Result result = runner.run()) {
            List<Double> both =
                List.of(
                    (double) ((TFloat32) result.get(0)).getFloat(),
                    (double) ((TFloat32) result.get(1)).getFloat());
            assertThat(both).contains(rows.get(step).trainLoss());
          }
        }
      }
    }
  }

  @Test
  void aFilterChangesTheCourseFromTheSecondStepOn() throws Exception {
    List<MetricsRow> plain = rows("plain", options(4).validateEvery(1).build());
    List<MetricsRow> filtered =
        rows("ema", options(4).validateEvery(1).filter(Ema.of(0.9, 1)).build());
    assertThat(filtered.get(0).trainLoss()).isEqualTo(plain.get(0).trainLoss());
    assertThat(filtered.get(1).trainLoss()).isNotEqualTo(plain.get(1).trainLoss());
    List<MetricsRow> weightless =
        rows("zero", options(4).validateEvery(1).filter(Ema.of(0.9, 0)).build());
    assertThat(weightless).isEqualTo(plain);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRunThatIsContinuedGivesTheSameBits(boolean filtered) throws Exception {
    TrainingOptions.Builder options = options(30);
    if (filtered) {
      options.filter(Ema.of(0.9, 1));
    }
    List<MetricsRow> whole = rows("whole", options.build());
    Path out = folder.resolve("halves");
    Trainer.start(task(), options.steps(10).build(), out).run();
    TrainingResult result = Trainer.resume(task(), options.steps(30).build(), out).run();
    assertThat(MetricsFile.read(out.resolve("metrics.csv"))).isEqualTo(whole);
    assertThat(result.parameters()).isEqualTo(4 * 8 + 8 + 8);
    assertThat(files(out)).isEqualTo(files(folder.resolve("whole"))).hasSizeGreaterThan(1);
  }

  /** The variables' files of the newest checkpoint and what is in them. */
  private static Map<String, String> files(Path run) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(Runs.newestCheckpoint(run))) {
      all.filter(file -> file.getFileName().toString().startsWith("variables"))
          .forEach(
              file ->
                  files.put(
                      file.getFileName().toString(), HexFormat.of().formatHex(Runs.bytes(file))));
    }
    return files;
  }

  @Test
  void whatASignatureLacksIsNamed() {
    assertThatThrownBy(
            () -> new Product(new Signatures("fit", "validate", "loss", Optional.empty())))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("has no signature 'fit'; it has ")
        .hasMessageEndingWith("train, validate");
    assertThatThrownBy(
            () -> new Product(new Signatures("train", "validate", "cost", Optional.empty())))
        .hasMessageContaining("signature 'train' of ")
        .hasMessageEndingWith("has no output 'cost'; it has accuracy, loss");
    assertThatThrownBy(
            () ->
                Trainer.start(
                        new Product(new Signatures("train", "train", "loss", Optional.empty())),
                        options(1).build(),
                        folder.resolve("x"))
                    .run())
        .hasMessageStartingWith("signature 'train' makes updates; validation needs one that");
  }

  @Test
  void inputsThatTheSignatureDoesNotTakeAreRefused() {
    Product other =
        new Product(Signatures.OF_A_LOSS) {
          @Override
          protected Map<String, Tensor> inputs(Split split, int[] examples) {
            return Map.of("images", TFloat32.scalarOf(1));
          }
        };
    assertThatThrownBy(() -> other.batch(Split.TRAINING, new int[] {0}))
        .hasMessage("signature 'train' takes x, y; the task gave images");
  }

  @Test
  void itsOptimizerCanNotBeChosenNorSet() {
    TrainingOptions adam = options(1).optimizer(OptimizerKind.ADAM).build();
    assertThatThrownBy(() -> Trainer.start(task(), adam, folder.resolve("x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the task product trains a graph with an optimizer of its own; optimizer must be own,"
                + " was adam");
    TrainingOptions own = options(1).build();
    assertThatThrownBy(() -> Trainer.start(Runs.task(), own, folder.resolve("x")))
        .hasMessageStartingWith("optimizer own is the one in a task's graph; that of the task");
    AdamOptions rate = AdamOptions.builder().learningRate(0.5).build();
    assertThatThrownBy(() -> options(1).adam(rate).build())
        .hasMessageStartingWith("optimizer own is the one in the task's graph");
    assertThatThrownBy(() -> options(1).clipNorm(1).build()).hasMessageContaining("clip-norm");
    assertThat(options(1).build().trajectory()).doesNotContainKeys("learning-rate", "clip-norm");
  }

  @Test
  void itsFilterIsTunedAndWithoutOneThereIsNothingToTune() {
    SearchSpace space = SearchSpace.around(options(1).filter(Ema.of(0.9, 1)).build(), 10);
    assertThat(space.dimensions()).extracting(Dimension::name).containsExactly("alpha", "lamb");
    assertThatThrownBy(() -> SearchSpace.around(options(1).build(), 10))
        .hasMessageStartingWith("there is nothing to tune");
  }

  @Test
  void thereIsNoModelToBuildForExport() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      assertThatThrownBy(() -> task().build(tf))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("trains a SavedModel")
          .hasMessageContaining("'export' and 'analyze' need a model that is built here");
    }
  }
}
