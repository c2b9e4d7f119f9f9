/**
 * The files of a run: checkpoints from which it continues bit for bit, metrics as CSV, event files
 * for TensorBoard, and curves.
 *
 * <p>Place in the flow: below {@code training}, which fills them; {@code comparison} and {@code
 * tuning} read them.
 *
 * <p>Limits: one process writes a run's folder, which it locks. Files appear whole: they are
 * written beside their place, synced and then renamed; only {@code metrics.csv} grows in its place.
 */
package org.grokfast.models.training.files;
