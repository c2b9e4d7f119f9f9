/**
 * The verb {@code forecast}: whether a run will generalise, from its first steps.
 *
 * <p>Place in the flow: beside {@code analyze}; it reads a run's folder and needs no native
 * library.
 *
 * <p>Limits: one run at a time, and of one kind.
 */
package org.grokfast.tools.forecast;
