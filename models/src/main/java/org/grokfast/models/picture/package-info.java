/**
 * Pictures of results as SVG, for light and for dark pages: curves of all seeds, and forest plots
 * of ratios. They need no font's measures, so that they are the same on every machine.
 *
 * <p>Place in the flow: above {@code statistics}; {@code comparison} and the pages of results draw
 * with it.
 *
 * <p>Limits: no interaction; the report of a comparison has curves that can be read value by value.
 */
package org.grokfast.models.picture;
