package org.grokfast.tools.train;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.grokfast.models.imdb.ImdbTask;
import org.grokfast.models.imdb.NetworkShape;
import org.grokfast.models.imdb.ReviewSelection;
import org.grokfast.models.task.Task;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code grokfast train imdb}: an LSTM learns whether film reviews are positive. */
@Command(
    name = "imdb",
    description =
        "Trains a two-layer LSTM on film reviews of IMDb, three quarters of them, and judges it by"
            + " the others. The defaults are the Grokfast-EMA run of the reference implementation.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "The data: Kaggle's 'IMDB Dataset.csv', or aclImdb_v1.tar.gz, unpacked or not, of",
      "https://ai.stanford.edu/~amaas/data/sentiment; a table may be compressed with gzip.",
      "",
      "Ctrl-C ends the run after the current step with a checkpoint; --resume continues it.",
      "",
      "Examples:",
      "  grokfast train imdb --data-dir ~/data/imdb",
      "  grokfast train imdb --data-dir 'IMDB Dataset.csv' \\",
      "      --filter none --weight-decay 1",
      "  grokfast train imdb --generated --reviews 200 --width 32 --steps 200"
    })
final class ImdbCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--data-dir",
      paramLabel = "PATH",
      description =
          "The folder with the reviews, or with a folder imdb, or the file itself; default: the"
              + " folder that the environment variable GROKFAST_DATA names.")
  private Path source;

  @Option(
      names = "--generated",
      description =
          "Take generated reviews: a check that the task runs on this machine, which needs no data"
              + " and says nothing of IMDb; default: no.")
  private boolean generated;

  @Option(
      names = "--reviews",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "How many reviews to take, for training and validation, 5 to 50000; default"
              + " ${DEFAULT-VALUE}.")
  private int reviews;

  @Option(
      names = "--words",
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many words the vocabulary has at most; default ${DEFAULT-VALUE}.")
  private int words;

  @Option(
      names = "--length",
      paramLabel = "N",
      defaultValue = "500",
      description =
          "How many known words of a review are read, from its beginning; shorter ones are padded on"
              + " the left; default ${DEFAULT-VALUE}.")
  private int length;

  @Option(
      names = "--embedding",
      paramLabel = "N",
      defaultValue = "64",
      description = "The elements of a word's vector; default ${DEFAULT-VALUE}.")
  private int embedding;

  @Option(
      names = "--width",
      paramLabel = "N",
      defaultValue = "256",
      description = "The hidden units of each LSTM layer; default ${DEFAULT-VALUE}.")
  private int width;

  @Option(
      names = "--initial-scale",
      paramLabel = "S",
      defaultValue = "6",
      description = "What the initial parameters are multiplied by, > 0; default ${DEFAULT-VALUE}.")
  private double initialScale;

  @Mixin private TrainingArguments training;

  @Override
  public Integer call() {
    return new TrainingRun(spec, training, this::task).call();
  }

  private Task task() {
    ReviewSelection selection = new ReviewSelection(reviews, words, length);
    NetworkShape network = new NetworkShape(embedding, width, initialScale);
    if (generated) {
      SelfCheck.announce(spec, "generated reviews, not IMDb");
      return ImdbTask.generated(selection, network, training.seed());
    }
    return ImdbTask.read(Optional.ofNullable(source), selection, network, training.seed());
  }
}
