package org.grokfast.tools.train;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.grokfast.models.mnist.MnistTask;
import org.grokfast.models.task.Task;
import org.grokfast.tools.console.DownloadDisplay;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code grokfast train mnist}: a perceptron learns handwritten digits. */
@Command(
    name = "mnist",
    description =
        "Trains a perceptron (784-200-200-10, ReLU, squared error) on the first images of MNIST and"
            + " judges it by the 10,000 test images. The defaults are the Grokfast-EMA run of the"
            + " reference implementation.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Ctrl-C ends the run after the current step with a checkpoint; --resume continues it.",
      "",
      "Examples:",
      "  grokfast train mnist",
      "  grokfast train mnist --data-dir ~/data/mnist \\",
      "      --filter none --weight-decay 0.01",
      "  grokfast train mnist --generated --training 200 --steps 200"
    })
final class MnistCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "The folder with the four IDX files, plain or .gz, or one with a folder mnist; default:"
              + " that of the environment variable GROKFAST_DATA, or else they are downloaded, 11"
              + " MB, to ~/.cache/grokfast/mnist.")
  private Path folder;

  @Option(
      names = "--download-from",
      paramLabel = "URL",
      defaultValue = MnistTask.ADDRESS,
      description = "Where to download them from; default ${DEFAULT-VALUE}.")
  private String address;

  @Option(
      names = "--generated",
      description =
          "Take generated images: a check that the task runs on this machine, which needs no data"
              + " and says nothing of MNIST; default: no.")
  private boolean generated;

  @Option(
      names = "--training",
      paramLabel = "N",
      defaultValue = "" + MnistTask.TRAINING,
      description = "The number of training images; default ${DEFAULT-VALUE}.")
  private int images;

  @Option(
      names = "--initial-scale",
      paramLabel = "S",
      defaultValue = "" + MnistTask.INITIAL_SCALE,
      description = "What the initial parameters are multiplied by, > 0; default ${DEFAULT-VALUE}.")
  private double initialScale;

  @Mixin private TrainingArguments training;

  @Override
  public Integer call() {
    return new TrainingRun(spec, training, this::task).call();
  }

  private Task task() {
    if (generated) {
      Task made = MnistTask.generated(images, initialScale, training.seed());
      SelfCheck.announce(spec, "generated images, not MNIST");
      return made;
    }
    DownloadDisplay display = new DownloadDisplay(spec.commandLine().getErr());
    MnistTask.Source source = new MnistTask.Source(Optional.ofNullable(folder), address, display);
    return MnistTask.read(source, images, initialScale, training.seed());
  }
}
