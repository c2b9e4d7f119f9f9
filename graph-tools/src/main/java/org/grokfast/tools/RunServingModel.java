package org.grokfast.tools;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.models.algorithmic.AlgorithmicTask;
import org.grokfast.models.algorithmic.BinaryOperation;
import org.grokfast.models.algorithmic.DecoderShape;
import org.grokfast.models.algorithmic.ModularArithmetic;
import org.grokfast.models.training.SavedRun;
import org.grokfast.models.training.Task;
import org.grokfast.models.training.TrainedModel;
import org.grokfast.models.training.TrainingException;
import org.tensorflow.Session;
import org.tensorflow.Signature;

/** The model of a run of {@code grokfast train}, as its newest checkpoint has it. */
final class RunServingModel implements ServingModel {
  private static final String CHECKPOINTS = "checkpoints";

  private final TrainedModel model;
  private final String key;
  private final String note;

  private RunServingModel(TrainedModel model, String key, String note) {
    this.model = model;
    this.key = key;
    this.note = note;
  }

  /** Whether a path is the output folder of a run. */
  static boolean isRun(Path path) {
    return Files.isDirectory(path.resolve(CHECKPOINTS));
  }

  static RunServingModel load(Path run, String key) {
    SavedRun saved = SavedRun.read(run);
    return new RunServingModel(
        TrainedModel.load(task(saved), run), key, "the values are those of step " + saved.step());
  }

  private static Task task(SavedRun saved) {
    Map<String, String> settings = saved.settings();
    if (!saved.task().equals("algorithmic")) {
      throw new TrainingException(
          "the run is of task '" + saved.task() + "', which this version does not know");
    }
    ModularArithmetic data =
        new ModularArithmetic(
            BinaryOperation.of(setting(settings, "operation")), number(settings, "prime"));
    DecoderShape shape =
        new DecoderShape(
            data.tokens(),
            number(settings, "positions"),
            number(settings, "width"),
            number(settings, "heads"),
            number(settings, "blocks"));
    return new AlgorithmicTask(
        data,
        Double.parseDouble(setting(settings, "train-fraction")),
        Long.parseLong(setting(settings, "seed")),
        shape);
  }

  private static int number(Map<String, String> settings, String name) {
    return Integer.parseInt(setting(settings, name));
  }

  private static String setting(Map<String, String> settings, String name) {
    return Optional.ofNullable(settings.get(name))
        .orElseThrow(
            () -> new TrainingException("the run's checkpoint does not say its setting " + name));
  }

  @Override
  public Session session() {
    return model.session();
  }

  @Override
  public List<Signature> signatures() {
    return List.of(model.signature(key));
  }

  @Override
  public List<String> notes() {
    return List.of(note);
  }

  @Override
  public void close() {
    model.close();
  }
}
