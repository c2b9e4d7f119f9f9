/**
 * Rewritten graphs on TensorFlow's own distributed runtime: member processes on loopback, and a
 * session of TensorFlow's C API that names one of them as its target, which TensorFlow Java's
 * public API can't. At the end of the flow.
 */
package org.grokfast.tests.cluster;
