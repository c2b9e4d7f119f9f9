/** Graphs that Python TensorFlow made, rewritten and trained here. */
package org.grokfast.tests.interop;
