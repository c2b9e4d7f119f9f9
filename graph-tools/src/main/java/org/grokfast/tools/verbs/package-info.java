/**
 * The verbs that work on graph files and checkpoints, with the reports they print as text and JSON.
 *
 * <p>Place in the flow: a verb reads its options, calls the library and prints. {@code docs/schema}
 * describes the JSON.
 *
 * <p>Limits: no arithmetic and no graph knowledge of their own. {@code verify} and {@code export}
 * run graphs and so load native libraries; the others never do.
 */
package org.grokfast.tools.verbs;
