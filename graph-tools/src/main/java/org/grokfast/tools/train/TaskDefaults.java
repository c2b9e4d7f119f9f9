package org.grokfast.tools.train;

import java.util.HashMap;
import java.util.ListResourceBundle;
import java.util.Map;
import org.grokfast.models.optimizer.AdamOptions;
import org.grokfast.models.registry.TaskRegistry;
import org.grokfast.models.task.TaskKind;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.tools.options.FilterArguments;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The defaults of a task's command: those of its reference run. */
public final class TaskDefaults implements IDefaultValueProvider {
  private final Map<String, String> values = new HashMap<>();

  private TaskDefaults(TrainingOptions options) {
    AdamOptions adam = options.adam();
    values.put("--optimizer", options.optimizer().cliName());
    values.put("--lr", Double.toString(adam.learningRate()));
    values.put("--beta1", Double.toString(adam.beta1()));
    values.put("--beta2", Double.toString(adam.beta2()));
    values.put("--weight-decay", Double.toString(adam.weightDecay()));
    values.put("--warmup-steps", Integer.toString(adam.warmupSteps()));
    values.put("--clip-norm", Double.toString(options.clipNorm()));
    values.put("--batch", Integer.toString(options.batch()));
    values.put("--steps", Integer.toString(options.steps()));
    values.put("--validate-every", Integer.toString(options.validateEvery()));
    values.put("--checkpoint-every", Integer.toString(options.checkpointEvery()));
    values.put("--until", Double.toString(options.until()));
    values.put("--sustain", Integer.toString(options.sustain()));
    values.put("--seed", Long.toString(options.seed()));
  }

  /** Gives the command of every registered task its defaults. */
  public static void install(CommandLine train) {
    for (TaskKind kind : TaskRegistry.all()) {
      CommandLine command = train.getSubcommands().get(kind.name());
      command.setDefaultValueProvider(new TaskDefaults(kind.reference()));
      command.setResourceBundle(new DefaultTexts(kind.reference()));
    }
  }

  @Override
  public String defaultValue(ArgSpec argument) {
    return argument instanceof OptionSpec option ? values.get(option.longestName()) : null;
  }

  /** What the help says of defaults that depend on one another or on the machine. */
  private static final class DefaultTexts extends ListResourceBundle {
    private final Map<String, String> filter;
    private final int threads;

    private DefaultTexts(TrainingOptions options) {
      filter = options.filter().map(FilterArguments::defaultTexts).orElseGet(Map::of);
      threads = options.threads();
    }

    @Override
    protected Object[][] getContents() {
      Map<String, String> texts = new HashMap<>(filter);
      texts.put("default.threads", threads == 1 ? "1" : "all processors");
      return texts.entrySet().stream()
          .map(text -> new Object[] {text.getKey(), text.getValue()})
          .toArray(Object[][]::new);
    }
  }
}
