/**
 * What a task is: its settings, model, data, metric and signature, and how it is trained.
 *
 * <p>Place in the flow: below the tasks, which implement it, and below {@code training}, which runs
 * it. Knows no files of a run.
 *
 * <p>Limits: one model with one loss; batches are chosen by number from a training and a validation
 * split.
 */
package org.grokfast.models.task;
