/**
 * A graph format that the program doesn't know: one package, and one line in {@code
 * META-INF/services}. A recipe is text with one update per line:
 *
 * <pre>
 * recipe
 * w &lt;- gradient_of_w
 * </pre>
 */
package org.grokfast.tools.recipe;
