/**
 * QM9: small organic molecules as graphs, and the graph network that learns their polarisability.
 *
 * <p>Place in the flow: a task of {@code training}, built of {@code layers}, on files of {@code
 * data}. One reader for each form in which the data set is passed round gives {@link Molecule}s;
 * the task turns them into batches.
 *
 * <p>Limits: the elements H, C, N, O, F; no coordinates, which the reference's model doesn't look
 * at; one property, the isotropic polarisability.
 */
package org.grokfast.models.qm9;
