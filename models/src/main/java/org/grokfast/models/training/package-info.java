/**
 * Training: a loop over batches, validation, early stop at a sustained crossing, and the outcome of
 * a run.
 *
 * <p>Place in the flow: a {@link org.grokfast.models.task.Task} says what is learned, {@link
 * org.grokfast.models.task.TrainingOptions} how, {@link org.grokfast.models.training.Trainer} does
 * it. The gradients go through the filter, if there is one, and then to the optimizer. {@code
 * files} writes what the run leaves behind.
 *
 * <p>Limits: one process, one session, reference variables.
 */
package org.grokfast.models.training;
