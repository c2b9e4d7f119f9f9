/**
 * Runs an original and a rewritten training graph and compares them. TensorFlow runs in a child
 * process, since a graph from a file can crash it; the two processes exchange files of a folder.
 */
package org.grokfast.tools.verify;
