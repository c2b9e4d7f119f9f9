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
    AdamOptions adam = options.adam();
    Map<String, Object> texts = new HashMap<>();
    options.filter().ifPresent(filter -> texts.putAll(FilterArguments.defaultTexts(filter)));
    texts.put("default.optimizer", options.optimizer().cliName());
    texts.put("default.lr", adam.learningRate());
    texts.put("default.beta1", adam.beta1());
    texts.put("default.beta2", adam.beta2());
    // Java writes 1.0E-8.
    texts.put("default.epsilon", Double.toString(adam.epsilon()).replace(".0E", "e"));
    texts.put("default.weight-decay", adam.weightDecay());
    texts.put("default.warmup-steps", adam.warmupSteps());
    texts.put("default.schedule", adam.decay().shape().cliName());
    texts.put("default.clip-norm", options.clipNorm());
    texts.put("default.batch", options.batch());
    texts.put("default.steps", options.steps());
    texts.put("default.validate-every", options.validateEvery());
    texts.put("default.checkpoint-every", options.checkpointEvery());
    texts.put("default.until", options.until());
    texts.put("default.sustain", options.sustain());
    texts.put("default.seed", options.seed());
    texts.put("default.threads", options.threads() == 1 ? "1" : "all processors");
    return texts.entrySet().stream()
        .map(text -> new Object[] {text.getKey(), text.getValue().toString()})
        .toArray(Object[][]::new);
  }
}
