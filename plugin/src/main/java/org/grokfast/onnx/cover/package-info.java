/**
 * What becomes of everything that an ONNX training step changes with its data: looked at from the
 * next values, not from the sites that the rules find.
 *
 * <p>Place in the flow: between find and plan. Takes the index of a model and what the rules found,
 * and gives a {@link org.grokfast.rewrite.coverage.Coverage}.
 *
 * <p>Limits: what is a statistic, a copy or an average is told by how its next value is made of the
 * old one; where that is not clear, it is undecided.
 */
package org.grokfast.onnx.cover;
