package org.grokfast.models.saved;

import java.util.Optional;

/**
 * Which signatures and outputs of a SavedModel a task uses.
 *
 * @param train the signature that makes an update and returns the loss of its batch
 * @param validate the signature that returns a loss and makes none
 * @param loss the name of the loss among the outputs of both, a float32 scalar
 * @param accuracy the name of the accuracy among the outputs of both, likewise; empty for none
 */
public record Signatures(String train, String validate, String loss, Optional<String> accuracy) {
  /** The signatures {@code train} and {@code validate}, with the output {@code loss}. */
  public static final Signatures OF_A_LOSS =
      new Signatures("train", "validate", "loss", Optional.empty());

  /** The same with the output {@code accuracy}. */
  public static final Signatures OF_A_CLASSIFIER =
      new Signatures("train", "validate", "loss", Optional.of("accuracy"));
}
