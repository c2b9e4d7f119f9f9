package org.grokfast.tools.export;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.grokfast.models.registry.TaskRegistry;
import org.grokfast.models.task.SavedSettings;
import org.grokfast.models.task.TaskModel;
import org.grokfast.models.training.TrainedModel;
import org.grokfast.models.training.files.SavedRun;
import org.tensorflow.Session;
import org.tensorflow.Signature;

/** The model of a run of {@code grokfast train}, as its newest checkpoint has it. */
final class RunServingModel implements ServingModel {
  private final TrainedModel model;
  private final SortedMap<String, String> assets;
  private final String key;
  private final List<String> notes;

  private RunServingModel(
      TrainedModel model, SortedMap<String, String> assets, String key, List<String> notes) {
    this.model = model;
    this.assets = assets;
    this.key = key;
    this.notes = notes;
  }

  static RunServingModel load(ExportRequest request) {
    Path run = Path.of(request.input());
    SavedRun saved = SavedRun.read(run);
    TaskModel model = TaskRegistry.of(saved.task()).model(new SavedSettings(saved.settings()));
    return new RunServingModel(
        TrainedModel.load(model, run),
        model.assets(),
        request.signature(),
        Stream.concat(
                Stream.of("the values are those of step " + saved.step()), saved.note().stream())
            .toList());
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
  public SortedMap<String, String> assets() {
    return assets;
  }

  @Override
  public List<String> notes() {
    return notes;
  }

  @Override
  public void close() {
    model.close();
  }
}
