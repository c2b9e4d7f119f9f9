/**
 * Linear algebra that the computations of an analysis share.
 *
 * <p>Place in the flow: below {@code information}, {@code spectrum} and {@code landscape}.
 *
 * <p>Limits: dense matrices of some hundred rows.
 */
package org.grokfast.models.analysis.linear;
