package org.grokfast.models.task;

import java.util.List;

/**
 * How an exported model is called; every name stands in the SavedModel's signature.
 *
 * @param inputs the names of the inputs
 * @param output the name of the output: {@code logits} of a classifier, {@code output} otherwise
 */
public record ServingSignature(List<String> inputs, String output) {
  /** Takes a copy of the list. */
  public ServingSignature {
    inputs = List.copyOf(inputs);
  }
}
