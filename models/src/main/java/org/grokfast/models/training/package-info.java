/**
 * Training: a loop over batches, validation, early stop at a sustained crossing, checkpoints that
 * continue bit for bit, metrics as CSV, event files and pictures.
 *
 * <p>Place in the flow: a {@link org.grokfast.models.task.Task} says what is learned, {@link
 * org.grokfast.models.task.TrainingOptions} how, {@link org.grokfast.models.training.Trainer} does
 * it. The gradients go through the filter, if there is one, and then to the optimizer.
 *
 * <p>Limits: one process, one session, reference variables.
 */
package org.grokfast.models.training;
