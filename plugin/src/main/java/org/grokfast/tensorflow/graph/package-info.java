/**
 * A GraphDef as an index: nodes by name, producers and consumers, variables, control flow, the
 * functions that are called and which variables their arguments are. Also what is known about ops,
 * and the attributes that mark inserted nodes.
 *
 * <p>Place in the flow: read. Everything in {@code find}, {@code emit}, {@code saver} and {@code
 * live} asks it; it changes nothing.
 *
 * <p>Limits: works on protos alone, without op definitions, so types and shapes are known only
 * where attributes state them.
 */
package org.grokfast.tensorflow.graph;
