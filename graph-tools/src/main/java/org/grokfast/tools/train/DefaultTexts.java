package org.grokfast.tools.train;

import java.util.HashMap;
import java.util.ListResourceBundle;
import java.util.Map;
import org.grokfast.models.optimizer.AdamOptions;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.tools.options.FilterArguments;

/** What the help says of the defaults of {@link TrainingArguments}: those of a task's run. */
final class DefaultTexts extends ListResourceBundle {
  private final TrainingOptions options;

  DefaultTexts(TrainingOptions options) {
    this.options = options;
  }

  @Override
  protected Object[][] getContents() {
    Map<String, String> texts =
        new HashMap<>(options.filter().map(FilterArguments::defaultTexts).orElseGet(Map::of));
    addOptimizer(texts);
    put(texts, "clip-norm", options.clipNorm());
    put(texts, "batch", options.batch());
    put(texts, "steps", options.steps());
    put(texts, "validate-every", options.validateEvery());
    put(texts, "checkpoint-every", options.checkpointEvery());
    put(texts, "until", options.until());
    put(texts, "sustain", options.sustain());
    put(texts, "seed", options.seed());
    put(texts, "threads", options.threads() == 1 ? "1" : "all processors");
    return texts.entrySet().stream()
        .map(text -> new Object[] {text.getKey(), text.getValue()})
        .toArray(Object[][]::new);
  }

  private void addOptimizer(Map<String, String> texts) {
    AdamOptions adam = options.adam();
    put(texts, "optimizer", options.optimizer().cliName());
    put(texts, "lr", adam.learningRate());
    put(texts, "beta1", adam.beta1());
    put(texts, "beta2", adam.beta2());
    // Java writes 1.0E-8.
    put(texts, "epsilon", Double.toString(adam.epsilon()).replace(".0E", "e"));
    put(texts, "weight-decay", adam.weightDecay());
    put(texts, "warmup-steps", adam.warmupSteps());
    put(texts, "schedule", adam.decay().shape().cliName());
  }

  private static void put(Map<String, String> texts, String option, Object value) {
    texts.put("default." + option, String.valueOf(value));
  }
}
